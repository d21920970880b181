import type { Parcel } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { dialled, shortId } from "./parcels";
import { texts } from "./texts";

/** One label a parcel, ten on a sheet of A4. */
export function Labels({ parcels }: { parcels: Parcel[] }) {
  const t = useTexts(texts);
  return (
    <ul class="labels">
      {parcels.map((parcel) => (
        <li key={`${parcel.order_id}.${parcel.producer_id}`}>
          <p class="label-to">
            <b>{parcel.contact?.name}</b>
            <span>{dialled(parcel.contact?.phone ?? "")}</span>
          </p>
          <p class="label-address">{parcel.label ?? t.pickup}</p>
          <p class="label-goods">
            {parcel.lines.map((line) => `${line.claim_code} ×${line.units}`).join(" · ")}
          </p>
          <p class="label-foot">
            <span>{shortId(parcel.order_id)}</span>
            {parcel.parcels > 1 && <span>{t.parcelOf(parcel.parcels)}</span>}
            <b>{parcel.to_collect > 0 ? `${t.collect} ${money(parcel.to_collect)}` : t.paid}</b>
          </p>
        </li>
      ))}
    </ul>
  );
}
