import { money, number } from "../format";
import { useTexts } from "../i18n";
import type { ProducerRow } from "./figures";
import { texts } from "./texts";

const SHOWN = 6;

/** Who has sold for how much. */
export function ProducerList({ rows }: { rows: ProducerRow[] }) {
  const t = useTexts(texts);
  return (
    <section class="board-producers" aria-labelledby="board-producers">
      <h2 id="board-producers">{t.producers}</h2>
      <ul>
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.id}>
            <span class="board-title">{row.name}</span>
            <span>{number(row.units)}</span>
            <span class="board-sum">{money(row.net)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
