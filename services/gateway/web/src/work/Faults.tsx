import { useLanguage } from "../i18n";
import { Problem } from "../kit";
import { faultsOf, lastPart } from "./wrong";

interface Props {
  of: unknown;
  /** Fields that say themselves what is wrong with them. */
  shown?: readonly string[];
}

/** What went wrong with a form: in all, and what no field of it says. */
export function Faults({ of, shown = [] }: Props) {
  const language = useLanguage();
  const rest = faultsOf(of).filter((fault) => !shown.includes(lastPart(fault.field)));
  return (
    <>
      <Problem of={of} />
      {rest.length > 1 && (
        <ul class="faults">
          {rest.map((fault) => (
            <li key={fault.field}>
              <code>{fault.field}</code> {language === "vi" ? fault.message_vi : fault.message_en}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
