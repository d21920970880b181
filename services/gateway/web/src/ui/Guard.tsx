import type { ComponentChildren } from "preact";
import { Link, useLocation } from "wouter-preact";
import { useTexts } from "../i18n";
import { me } from "../me";
import type { Account } from "../api/types";
import { Page } from "./Page";
import { Skeleton } from "./Skeleton";
import { texts } from "./texts";

interface Props {
  title: string;
  /** Whose page it is; not given: whoever is signed in. */
  may?: (account: Account) => boolean;
  children: (account: Account) => ComponentChildren;
}

/** A page for those who are signed in, or for some of them: the others are told. */
export function Guard({ title, may, children }: Props) {
  const t = useTexts(texts);
  const [at] = useLocation();
  const account = me.value;
  if (account === undefined) return <Page title={title}><Skeleton height="12rem" /></Page>;
  if (account !== null && (may?.(account) ?? true)) return <>{children(account)}</>;
  return (
    <Page title={title}>
      <div class="stack">
        <h1>{title}</h1>
        <p>{account === null ? t.signInFirst : t.notYours}</p>
        <Link class="button main" href={`/sign-in?next=${encodeURIComponent(at)}`}>{t.signIn}</Link>
      </div>
    </Page>
  );
}
