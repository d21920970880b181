import { useLanguage } from "../i18n";
import { wordsOf } from "../api/words";

/** What went wrong, in the person's language; nothing if nothing did. */
export function Problem({ of }: { of: unknown }) {
  const language = useLanguage();
  if (!of) return null;
  return (
    <p role="alert" class="problem">
      {wordsOf(of, language)}
    </p>
  );
}
