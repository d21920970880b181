import type { ReportOffer } from "../work/types";
import { money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What each offer came to. */
export function OfferSums({ offers }: { offers: ReportOffer[] }) {
  const t = useTexts(texts);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.byOffer}>
      <table class="figures">
        <caption>{t.byOffer}</caption>
        <thead>
          <tr>
            <th scope="col">{t.code}</th>
            <th scope="col">{t.product}</th>
            <th scope="col">{t.producer}</th>
            <th scope="col" class="num">{t.price}</th>
            <th scope="col" class="num">{t.units}</th>
            <th scope="col" class="num">{t.unitsSold}</th>
            <th scope="col" class="num">{t.left}</th>
            <th scope="col" class="num">{t.waitlisted}</th>
            <th scope="col" class="num">{t.gross}</th>
            <th scope="col" class="num">{t.net}</th>
          </tr>
        </thead>
        <tbody>
          {offers.map((offer) => (
            <tr key={offer.offer_id}>
              <th scope="row">{offer.claim_code}</th>
              <td class="what">{offer.title}</td>
              <td>{offer.producer_name}</td>
              <td class="num">{money(offer.price)}</td>
              <td class="num">{number(offer.units_placed)}</td>
              <td class="num">{number(offer.units_sold)}</td>
              <td class="num">{number(offer.units_left + offer.units_given_back)}</td>
              <td class="num">{number(offer.waitlisted)}</td>
              <td class="num">{money(offer.gross)}</td>
              <td class="num">{money(offer.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
