import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { useTexts } from "../i18n";
import { Logo } from "./Logo";
import { texts } from "./texts";
import "./page.css";

/** Where these pages were entered: there the browser has said already what there is. */
const landed = location.href;

interface Props {
  title: string;
  /** Two columns and tables want more. */
  wide?: boolean;
  /** Without the bar at the bottom: the page has its own there. */
  bare?: boolean;
  children: ComponentChildren;
}

/** Head, content, and on a phone a bar for the thumb. */
export function Page({ title, wide, bare, children }: Props) {
  const t = useTexts(texts);
  const [at] = useLocation();
  useEffect(() => {
    document.title = title === "Phiên" ? title : `${title} · Phiên`;
  }, [title]);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    // The link that was followed is gone: a screen reader goes on here.
    if (location.href !== landed && document.activeElement === document.body) content.current?.focus({ preventScroll: true });
  }, []);
  const places = [
    { to: "/", label: t.home },
    { to: "/orders", label: t.orders },
    { to: "/me", label: t.account },
  ];
  return (
    <>
      <a class="skip" href="#content">{t.skip}</a>
      <header class="page-head">
        <Link href="/" class="page-name" aria-label={`Phiên: ${t.home}`}>
          <Logo />
          <span>Phiên</span>
        </Link>
        <nav class={bare ? "page-nav bare" : "page-nav"} aria-label={t.main}>
          {places.map(({ to, label }) => (
            <Link key={to} href={to} aria-current={at === to ? "page" : undefined}>
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <main id="content" ref={content} class={`page ${wide ? "wide" : ""} ${bare ? "bare" : ""}`} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
