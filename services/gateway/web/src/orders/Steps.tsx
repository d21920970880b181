import type { Order } from "../api/types";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** Which way the order went, and the parcels that went ahead of the others. */
export function Steps({ order }: { order: Order }) {
  const t = useTexts(texts);
  // The history begins with the first change: what an order is placed as goes without saying.
  const placed = { state: order.payment_method === "cod" ? "confirmed" : "awaiting_payment", at: order.placed_at, reason: null } as const;
  return (
    <section class="card stack" aria-labelledby="steps">
      <h2 id="steps">{t.steps}</h2>
      <ol class="steps">
        {[placed, ...order.history].map((step) => (
          <li key={`${step.state}${step.at}`}>
            <b>{t.states[step.state]}</b> <span class="soft small">{moment(step.at)}</span>
            {step.reason && <p class="small">{step.reason}</p>}
          </li>
        ))}
        {order.ahead?.map((parcel) => (
          <li key={parcel.producer_id}>
            <b>{t.parcelStates[parcel.state]}</b> <span class="soft small">{t.parcel}, {moment(parcel.since)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
