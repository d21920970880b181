import { day } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";
import type { ShopperCard } from "./types";

/** Restrictions of a shopper, newest first: the one that stands, and what was before. */
export function Restrictions({ card }: { card: ShopperCard }) {
  const t = useTexts(texts);
  if (card.restrictions.length === 0) return null;
  return (
    <ul class="rows">
      {card.restrictions.map((one, index) => (
        <li key={one.restriction_id} class={card.restricted && index === 0 ? "note warn" : "soft"}>
          <span class="grow">
            {t.restricted}: {one.reason}
          </span>
          <small>
            {day(one.made_at)}
            {one.lifted_at != null && ` · ${t.lifted(day(one.lifted_at))}`}
            {one.lifted_at == null && one.until != null && ` · ${t.untilDay(day(one.until))}`}
          </small>
        </li>
      ))}
    </ul>
  );
}
