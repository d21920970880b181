import { Refused } from "../api/client";
import { useLanguage } from "../i18n";
import { Problem } from "../kit";

/** What went wrong with a form: in all, and field by field. */
export function Faults({ of }: { of: unknown }) {
  const language = useLanguage();
  const fields = of instanceof Refused ? (of.problem.errors ?? []) : [];
  return (
    <>
      <Problem of={of} />
      {fields.length > 0 && (
        <ul class="faults">
          {fields.map((fault) => (
            <li key={fault.field}>
              <code>{fault.field}</code> {language === "vi" ? fault.message_vi : fault.message_en}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
