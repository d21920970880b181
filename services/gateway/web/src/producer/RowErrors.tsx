import type { RowError } from "../work/types";
import { useLanguage, useTexts } from "../i18n";
import { cellOf, type Cut } from "./csv";
import { texts } from "./texts";

/** Faults of a spreadsheet, each with its row, its column and what stands there. */
export function RowErrors({ errors, file }: { errors: RowError[]; file: Cut }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const shown = (error: RowError) => {
    const { value } = cellOf(error, file);
    if (value === null) return <i>{t.noColumn}</i>;
    return value === "" ? <i>{t.empty}</i> : <code>{value}</code>;
  };
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.faults(errors.length)}>
      <table class="figures row-errors">
        <caption>{t.faults(errors.length)}</caption>
        <thead>
          <tr>
            <th scope="col" class="num">{t.row}</th>
            <th scope="col">
              {t.field}
              <small>{t.value}</small>
            </th>
            <th scope="col">{t.fault}</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error) => (
            <tr key={`${error.row}.${error.field}.${error.message_en}`}>
              <td class="num">{error.row}</td>
              <th scope="row">
                <code>{error.field}</code>
                <small>{shown(error)}</small>
              </th>
              <td>{language === "vi" ? error.message_vi : error.message_en}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
