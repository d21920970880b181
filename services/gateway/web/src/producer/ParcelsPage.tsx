import { useState } from "preact/hooks";
import type { Parcel, Parcels } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { ParcelCard } from "./ParcelCard";
import { ProducerFrame } from "./ProducerFrame";
import { texts } from "./texts";
import { useProducerNews } from "./useProducerNews";

const STATES = ["to_pack", "packed", "shipped", "delivered", "returned"] as const;

/** What is to be packed and sent, moved on step by step. */
export default function ParcelsPage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const [state, setState] = useState<Parcel["state"]>("to_pack");
  const { value, problem, again, set } = useAnswer<Parcels>(`/v1/producers/${producerId}/parcels?state=${state}&limit=100`);
  const news = useProducerNews(producerId);
  const moved = (parcel: Parcel) => {
    const rest = value?.parcels.filter((one) => one.order_id !== parcel.order_id) ?? [];
    set({ parcels: rest, next_cursor: null });
  };
  return (
    <ProducerFrame title={t.parcels} producerId={producerId}>
      <div class="tabs" role="group" aria-label={t.state}>
        {STATES.map((one) => (
          <button key={one} class="button" aria-pressed={one === state} onClick={() => setState(one)}>
            {t.parcelStates[one]}
          </button>
        ))}
      </div>
      <p aria-live="polite">
        {news.fresh && (
          <>
            {t.parcelNew}{" "}
            <button class="button compact" onClick={() => { news.seen(); again(); }}>
              {t.refresh}
            </button>
          </>
        )}
      </p>
      <Problem of={problem} />
      {value?.parcels.length === 0 && <p class="hint">{t.noParcels}</p>}
      <ul class="cards">
        {value?.parcels.map((parcel) => (
          <ParcelCard key={parcel.order_id} parcel={parcel} onMoved={moved} />
        ))}
      </ul>
    </ProducerFrame>
  );
}
