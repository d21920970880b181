import { money, number } from "../format";
import { useTexts } from "../i18n";
import type { OfferRow } from "./figures";
import { texts } from "./texts";

/** So many fit on a wall's screen. */
const SHOWN = 10;

/** Each offer: what is left of it, and what it has brought in. */
export function OfferList({ rows }: { rows: OfferRow[] }) {
  const t = useTexts(texts);
  // What sells now comes first; the line-up's own order within.
  const sorted = [...rows].sort((a, b) => Number(b.open) - Number(a.open));
  return (
    <section class="board-offers" aria-labelledby="board-offers">
      <h2 id="board-offers">{t.offers}</h2>
      <ul>
        {sorted.slice(0, SHOWN).map((row) => (
          <li key={row.offer.offer_id} class={row.open ? undefined : "board-closed"}>
            <b>{row.offer.claim_code}</b>
            <span class="board-title">{row.offer.title}</span>
            <span class="board-left">
              <progress value={row.left} max={Math.max(row.allotted, 1)} aria-label={`${row.offer.claim_code}, ${t.left}`} />
              {row.open ? `${t.left} ${number(row.left)}/${number(row.allotted)}` : t.closed}
            </span>
            <span class="board-sum">{money(row.net)}</span>
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && <p>{t.more(sorted.length - SHOWN)}</p>}
    </section>
  );
}
