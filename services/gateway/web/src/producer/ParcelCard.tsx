import { useState } from "preact/hooks";
import type { Parcel } from "../work/types";
import { moment, money } from "../format";
import { useTexts } from "../i18n";
import { send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { dialled, shortId } from "../print/parcels";
import { ReturnForm } from "./ReturnForm";
import { texts } from "./texts";

/** What comes after a state; a parcel on its way may also come back. */
const NEXT = { to_pack: "packed", packed: "shipped", shipped: "delivered" } as const;

interface Props {
  parcel: Parcel;
  onMoved: (parcel: Parcel) => void;
}

/** One parcel: what goes into it, to whom, and the next step. */
export function ParcelCard({ parcel, onMoved }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const [coming, setComing] = useState(false);
  const next = parcel.state in NEXT ? NEXT[parcel.state as keyof typeof NEXT] : null;
  const advance = (body: { to: string; restock?: boolean; reason?: string }) =>
    sending.run(async () => {
      onMoved(await send<Parcel>("POST", `/v1/orders/${parcel.order_id}/parcels/${parcel.producer_id}/advance`, body));
    });
  return (
    <li class="card parcel">
      <h2>
        {shortId(parcel.order_id)} <small>{moment(parcel.placed_at)}</small>
      </h2>
      <ul class="lines">
        {parcel.lines.map((line) => (
          <li key={line.offer_id}>
            <b class="code">{line.claim_code}</b> {line.title} ×{line.units}
          </li>
        ))}
      </ul>
      <p>
        <b>{parcel.contact?.name}</b> <a href={`tel:${parcel.contact?.phone}`}>{dialled(parcel.contact?.phone ?? "")}</a>
        <br />
        {parcel.label ?? t.pickup}
      </p>
      <p>
        <span class="tag">{parcel.to_collect > 0 ? t.collect(money(parcel.to_collect)) : t.paid}</span>{" "}
        {parcel.parcels > 1 && <small>{t.partOf(parcel.parcels)}</small>}
      </p>
      <Faults of={sending.problem} />
      <p class="buttons">
        {next && (
          <button class="button main" disabled={sending.busy} onClick={() => void advance({ to: next })} aria-label={`${t.advance[next]}: ${shortId(parcel.order_id)}`}>
            {t.advance[next]}
          </button>
        )}
        {(parcel.state === "shipped" || parcel.state === "delivered") && (
          <button class="button" onClick={() => setComing(true)} aria-label={`${t.advance.returned}: ${shortId(parcel.order_id)}`}>
            {t.advance.returned}
          </button>
        )}
      </p>
      {coming && <ReturnForm busy={sending.busy} onReturn={(restock, reason) => void advance({ to: "returned", restock, reason })} onCancel={() => setComing(false)} />}
    </li>
  );
}
