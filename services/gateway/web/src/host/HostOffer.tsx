import { useState } from "preact/hooks";
import { call } from "../api/client";
import type { Offer, OfferUnits } from "../api/types";
import { useSending } from "../api/use";
import { money, number } from "../format";
import { useLanguage, useTexts } from "../i18n";
import { StockBar } from "../room/StockBar";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { Problem } from "../ui/Problem";
import { texts } from "./texts";

interface Props {
  offer: Offer;
  units: OfferUnits | undefined;
  pinned: boolean;
  onAir: boolean;
}

/** One offer: what is left of it, and two large buttons. */
export function HostOffer({ offer, units, pinned, onAir }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [closing, setClosing] = useState(false);
  const { busy, problem, run } = useSending();
  const path = { id: offer.offer_id };
  const open = units?.open ?? offer.state === "open";
  const pin = () =>
    run(() => call("put", "/v1/sessions/{id}/pin", { path: { id: offer.session_id }, body: { offer_id: pinned ? null : offer.offer_id } }));
  const refused = language === "vi" ? offer.refused_reason_vi : offer.refused_reason_en;
  return (
    <li class={pinned ? "card stack host-offer pinned" : "card stack host-offer"}>
      <div class="row">
        <b class="code">{offer.claim_code}</b>
        <span class="host-title">{offer.title}</span>
        <span>{money(offer.live_price)}</span>
      </div>
      <p class="row small">
        <span class={`tag ${open ? "good" : ""}`}>{t.offerStates[open ? "open" : offer.state]}</span>
        {pinned && <span class="tag brand">{t.pinned}</span>}
      </p>
      {refused && <p class="problem">{refused}</p>}
      <StockBar offer={offer} units={units} />
      <dl class="host-counts">
        <div><dt>{t.left}</dt><dd>{number(units?.left ?? 0)}</dd></div>
        <div><dt>{t.held}</dt><dd>{number(units?.held ?? 0)}</dd></div>
        <div><dt>{t.sold}</dt><dd>{number((units?.sold ?? 0) + (units?.awaiting ?? 0))}</dd></div>
      </dl>
      <Problem of={problem} />
      {onAir && (
        <div class="choices two">
          {open ? (
            <Button look="wide" busy={busy} onClick={() => setClosing(true)}>{t.close}</Button>
          ) : (
            <Button look="main wide" busy={busy} disabled={offer.state !== "allotted"} onClick={() => run(() => call("post", "/v1/offers/{id}/open", { path }))}>
              {t.open}
            </Button>
          )}
          <Button look="wide" busy={busy} aria-pressed={pinned} onClick={pin}>{pinned ? t.unpin : t.pin}</Button>
        </div>
      )}
      {closing && (
        <Confirm
          title={t.closeTitle(offer.claim_code)} yes={t.close} danger
          onYes={() => call("post", "/v1/offers/{id}/close", { path })} onClose={() => setClosing(false)}
        >
          <p>{t.closeAsk}</p>
        </Confirm>
      )}
    </li>
  );
}
