import type { Offer, OfferUnits } from "../work/types";
import { money, number } from "../format";
import { useLanguage, useTexts } from "../i18n";
import { tag } from "../work/tone";
import { texts } from "./texts";

interface Props {
  offers: Offer[];
  units: Map<string, OfferUnits>;
  onRestock?: (offer: Offer) => void;
}

/** The line-up in its order. */
export function Lineup({ offers, units, onRestock }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  if (offers.length === 0) return <p class="hint">{t.lineupEmpty}</p>;
  const sorted = [...offers].sort((a, b) => a.position - b.position);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.lineup}>
      <table class="figures">
        <caption>{t.lineup}</caption>
        <thead>
          <tr>
            <th scope="col">{t.code}</th>
            <th scope="col">{t.product}</th>
            <th scope="col" class="num">{t.price}</th>
            <th scope="col" class="num">{t.units}</th>
            <th scope="col">{t.payee}</th>
            <th scope="col">{t.state}</th>
            {onRestock && <th scope="col">{t.actions}</th>}
          </tr>
        </thead>
        <tbody>
          {sorted.map((offer) => (
            <tr key={offer.offer_id}>
              <th scope="row">{offer.claim_code}</th>
              <td class="what">
                {offer.title}, {offer.pack}
                <small>{offer.producer_name}</small>
              </td>
              <td class="num">
                {money(offer.live_price)}
                {offer.list_price > offer.live_price && <small><s>{money(offer.list_price)}</s></small>}
              </td>
              <td class="num">{number(units.get(offer.offer_id)?.allotted ?? offer.proposed_units)}</td>
              <td>{offer.payee_kind === "producer" ? t.payeeProducer : t.payeeOrganiser}</td>
              <td>
                <span class={tag(offer.state)}>{t.offerStates[offer.state]}</span>
                {offer.state === "refused" && (
                  <small>{language === "vi" ? offer.refused_reason_vi : offer.refused_reason_en}</small>
                )}
              </td>
              {onRestock && (
                <td>
                  {(offer.state === "open" || offer.state === "allotted") && (
                    <button class="button compact" onClick={() => onRestock(offer)}>
                      {t.restock} <span class="unseen">{offer.claim_code}</span>
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
