import type { ComponentChildren } from "preact";
import { Link, useLocation } from "wouter-preact";
import { useTexts } from "../i18n";
import { Guard, Page } from "../kit";
import type { Account } from "../api/types";
import { texts } from "./texts";
import "./work.css";
import "./tables.css";

interface Props {
  title: string;
  /** Whose page it is. */
  may: (account: Account) => boolean;
  /** Pages beside this one. */
  tabs?: readonly (readonly [to: string, name: string])[];
  children: ComponentChildren;
}

/** A page for those who work at a session: wide, with the ways to the pages beside it. */
export function WorkPage({ title, may, tabs = [], children }: Props) {
  const t = useTexts(texts);
  const [at] = useLocation();
  return (
    <Guard title={title} may={may}>
      {() => (
        <Page title={title} wide bare>
          <div class="work">
            {tabs.length > 0 && (
              <nav class="tabs no-print" aria-label={t.beside}>
                {tabs.map(([to, name]) => (
                  <Link key={to} href={to} aria-current={at === to ? "page" : undefined}>
                    {name}
                  </Link>
                ))}
              </nav>
            )}
            <h1>{title}</h1>
            {children}
          </div>
        </Page>
      )}
    </Guard>
  );
}
