import { useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Page } from "../ui/Page";
import { PasswordSignIn } from "./PasswordSignIn";
import { PhoneSignIn } from "./PhoneSignIn";
import { texts } from "./texts";

/** Only a place of these pages: nobody is sent elsewhere by a link. */
const ours = (next: string | null): string => (next?.match(/^\/(?![/\\])/) ? next : "/");

export default function SignInPage() {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const [staff, setStaff] = useState(search.has("staff"));
  const done = () => go(ours(search.get("next")), { replace: true });
  return (
    <Page title={t.signIn}>
      <div class="stack">
        <h1>{t.signIn}</h1>
        <div class="card">{staff ? <PasswordSignIn onDone={done} /> : <PhoneSignIn onDone={done} />}</div>
        <Button look="plain" onClick={() => setStaff(!staff)}>{staff ? t.forShoppers : t.forStaff}</Button>
      </div>
    </Page>
  );
}
