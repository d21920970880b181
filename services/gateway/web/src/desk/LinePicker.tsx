import { money } from "../format";
import { useTexts } from "../i18n";
import { Stepper } from "../kit";
import { texts } from "./texts";
import type { ClaimLine, Offer } from "./types";

/** What one line may have at most. */
const MOST = 99;

interface Props {
  offers: Offer[];
  lines: ClaimLine[];
  onChange: (lines: ClaimLine[]) => void;
}

/** Which offers, and how many of each. */
export function LinePicker({ offers, lines, onChange }: Props) {
  const t = useTexts(texts);
  const known = new Map(offers.map((offer) => [offer.offer_id, offer]));
  const rest = offers.filter((offer) => offer.state === "open" && !lines.some((line) => line.offer_id === offer.offer_id));
  const set = (id: string, units: number) => onChange(lines.map((line) => (line.offer_id === id ? { ...line, units } : line)));
  return (
    <div class="picker">
      <ul class="rows">
        {lines.map((line) => {
          const offer = known.get(line.offer_id);
          return (
            <li key={line.offer_id}>
              <b class="code">{offer?.claim_code}</b>
              <span class="grow">
                {offer?.title} <small>{offer && money(offer.live_price)}</small>
              </span>
              <Stepper label={`${offer?.claim_code}: ${t.units}`} value={line.units} most={offer?.limit_per_shopper ?? MOST} onChange={(units) => set(line.offer_id, units)} />
              <button class="link" type="button" onClick={() => onChange(lines.filter((other) => other !== line))} aria-label={`${t.remove}: ${offer?.claim_code}`}>
                {t.remove}
              </button>
            </li>
          );
        })}
      </ul>
      <label class="field">
        {t.choose}
        <select value="" onChange={(event) => onChange([...lines, { offer_id: event.currentTarget.value, units: 1 }])}>
          <option value="" disabled />
          {rest.map((offer) => (
            <option key={offer.offer_id} value={offer.offer_id}>
              {offer.claim_code} · {offer.title} · {money(offer.live_price)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
