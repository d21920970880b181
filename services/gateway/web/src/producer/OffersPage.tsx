import type { OffersInSessions } from "../work/types";
import { moment, money, number } from "../format";
import { useLanguage, useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { ProducerFrame } from "./ProducerFrame";
import { tag } from "../work/tone";
import { texts } from "./texts";

/** The producer's goods in sessions that are to come or on air. */
export default function OffersPage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const language = useLanguage();
  const { value, problem } = useAnswer<OffersInSessions>(`/v1/producers/${producerId}/offers`);
  return (
    <ProducerFrame title={t.inSessions} producerId={producerId}>
      <Problem of={problem} />
      {value?.offers.length === 0 && <p class="hint">{t.noOffers}</p>}
      <ul class="rows">
        {value?.offers.map(({ offer, session_id, session_title, starts_at }) => (
          <li key={offer.offer_id}>
            <b class="code">{offer.claim_code}</b>
            <span class="grow">
              {offer.title}, {offer.pack}
              <small>
                <a href={`/sessions/${session_id}`}>{session_title}</a>, {moment(starts_at)}
              </small>
              {offer.state === "refused" && <small>{language === "vi" ? offer.refused_reason_vi : offer.refused_reason_en}</small>}
            </span>
            <span class="num">×{number(offer.allotted_units || offer.proposed_units)}</span>
            <span class="num">{money(offer.live_price)}</span>
            <span class={tag(offer.state)}>{t.offerStates[offer.state]}</span>
          </li>
        ))}
      </ul>
    </ProducerFrame>
  );
}
