import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { call } from "../api/client";
import type { Account } from "../api/types";
import { useSending } from "../api/use";
import { wordsOfField } from "../api/words";
import { MyComplaints } from "../complaint/MyComplaints";
import { useLanguage, useTexts } from "../i18n";
import { hasRole, me, signOut } from "../me";
import { texts } from "../shopper/texts";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Page } from "../ui/Page";
import { Problem } from "../ui/Problem";
import { toast } from "../ui/Toasts";
import { Consents } from "./Consents";
import { Looks } from "./Looks";

/** Who is signed in, and how the pages look on this phone. */
export default function AccountPage() {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const account = me.value;
  return (
    <Page title={t.account}>
      <div class="stack">
        <h1>{t.account}</h1>
        {account === null && <Link class="button main" href="/sign-in?next=/me">{t.signIn}</Link>}
        {account && <NameForm account={account} />}
        {hasRole(account, "organiser", "host") && <Link class="button" href="/host">{t.host}</Link>}
        {account && (account.memberships.length > 0 || account.producer_ids.length > 0) && <Link class="button" href="/work">{t.work}</Link>}
        {account && <MyComplaints />}
        <Looks />
        {account && <Consents />}
        {account && <Button look="danger" onClick={() => void signOut().then(() => go("/"))}>{t.signOut}</Button>}
      </div>
    </Page>
  );
}

function NameForm({ account }: { account: Account }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [name, setName] = useState(account.name);
  const { busy, problem, run } = useSending();
  const save = async (event: Event) => {
    event.preventDefault();
    const saved = await run(async () => {
      await call("put", "/v1/me/name", { body: { name } });
      me.value = { ...account, name };
    });
    if (saved) toast(t.saved);
  };
  const wrong = wordsOfField(problem, "name", language);
  return (
    <form class="card stack" onSubmit={save} noValidate>
      <Field label={t.name} name="name" autoComplete="name" value={name} wrong={wrong} onInput={(event) => setName(event.currentTarget.value)} />
      {!wrong && <Problem of={problem} />}
      <Button type="submit" busy={busy}>{t.save}</Button>
    </form>
  );
}
