import type { Parcel } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { dialled, shortId } from "./parcels";
import { texts } from "./texts";

/** What one producer packs, with a box to tick on paper. */
export function PackingTable({ name, parcels }: { name: string; parcels: Parcel[] }) {
  const t = useTexts(texts);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={name}>
      <table class="packing">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{t.done}</th>
            <th scope="col">{t.order}</th>
            <th scope="col">{t.goods}</th>
            <th scope="col">{t.to}</th>
            <th scope="col" class="num">{t.collect}</th>
          </tr>
        </thead>
        <tbody>
          {parcels.map((parcel) => (
            <tr key={parcel.order_id}>
              <td class="tick" aria-hidden="true">
                ☐
              </td>
              <th scope="row">
                {shortId(parcel.order_id)}
                <small>{t.states[parcel.state]}</small>
              </th>
              <td>
                {parcel.lines.map((line) => (
                  <div key={line.offer_id}>
                    <b>{line.claim_code}</b> {line.title} ×{line.units}
                  </div>
                ))}
              </td>
              <td>
                {parcel.contact?.name}, {dialled(parcel.contact?.phone ?? "")}
                <div>{parcel.label ?? t.pickup}</div>
              </td>
              <td class="num">{parcel.to_collect > 0 ? money(parcel.to_collect) : t.paid}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
