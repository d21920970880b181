import { Link } from "wouter-preact";
import { useTexts } from "../i18n";
import { Page } from "./Page";
import { texts } from "./texts";

export function MissingPage() {
  const t = useTexts(texts);
  return (
    <Page title={t.missing}>
      <div class="stack">
        <h1>{t.missing}</h1>
        <p class="soft">{t.missingHint}</p>
        <Link class="button main" href="/">{t.toHome}</Link>
      </div>
    </Page>
  );
}
