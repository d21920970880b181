import type { BankEntry } from "../work/types";
import { money, timeOfDay } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** Money that came in and was not what an order waits for: a person has to look. */
export function BankList({ entries }: { entries: BankEntry[] }) {
  const t = useTexts(texts);
  if (entries.length === 0) return <p class="hint">{t.bankNone}</p>;
  return (
    <ul class="rows">
      {entries.map((entry) => (
        <li key={entry.bank_entry_id}>
          <time dateTime={entry.received_at}>{timeOfDay(Date.parse(entry.received_at))}</time>
          <b class="num">{money(entry.amount)}</b>
          <span class="tag">{t.outcomes[entry.outcome]}</span>
          <code>{entry.memo}</code>
        </li>
      ))}
    </ul>
  );
}
