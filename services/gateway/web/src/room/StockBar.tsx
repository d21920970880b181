import type { Offer, OfferUnits } from "../api/types";
import { number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";
import "./stock.css";

/** A fifth or less is left: say so. */
const FEW = 0.2;

interface Props {
  offer: Offer;
  units: OfferUnits | undefined;
  /** Read aloud when it changes: for the one offer that is on show. */
  aloud?: boolean;
}

/** How much is left, as the room knows it now. */
export function StockBar({ offer, units, aloud }: Props) {
  const t = useTexts(texts);
  const all = units?.allotted ?? offer.allotted_units;
  const left = units?.left ?? 0;
  const open = units?.open ?? false;
  const words = !open ? (offer.state === "closed" || offer.state === "settled" ? t.over : t.closed) : left === 0 ? t.soldOut : t.left(number(left), number(all));
  const level = !open ? "shut" : left === 0 ? "none" : left <= all * FEW ? "few" : "much";
  return (
    <div class={`stock ${level}`}>
      <progress max={Math.max(all, 1)} value={left} aria-label={`${offer.claim_code}: ${words}`} />
      <span class="stock-words" aria-live={aloud ? "polite" : undefined}>
        {words}
        {open && (units?.held ?? 0) > 0 && <span class="soft"> · {t.held(number(units?.held ?? 0))}</span>}
      </span>
    </div>
  );
}
