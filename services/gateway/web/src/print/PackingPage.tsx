import { useState } from "preact/hooks";
import type { Parcel, Session } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { works } from "../work/may";
import { WorkPage } from "../work/WorkPage";
import { Labels } from "./Labels";
import { PackingTable } from "./PackingTable";
import { byProducer } from "./parcels";
import "./print.css";
import { texts } from "./texts";
import { useAllParcels } from "./useAllParcels";

const STATES = ["to_pack", "packed", "shipped", "delivered", "returned"] as const;

/** A session's parcels on paper: a list to tick, or labels. */
export default function PackingPage({ params }: { params: Params }) {
  const sessionId = params["session"] ?? "";
  const t = useTexts(texts);
  const [state, setState] = useState<Parcel["state"] | "">("to_pack");
  const [labels, setLabels] = useState(false);
  const session = useAnswer<Session>(`/v1/sessions/${sessionId}`);
  const path = `/v1/sessions/${sessionId}/packing-list`;
  const { parcels, problem } = useAllParcels(path, state);
  const names = new Map(session.value?.offers.map((offer) => [offer.producer_id, offer.producer_name]));
  return (
    <WorkPage may={works} title={`${labels ? t.labels : t.packing}: ${session.value?.title ?? ""}`}>
      <div class="buttons no-print">
        <label class="field inline">
          {t.show}
          <select value={state} onChange={(event) => setState(event.currentTarget.value as Parcel["state"])}>
            {STATES.map((one) => (
              <option key={one} value={one}>{t.states[one]}</option>
            ))}
            <option value="">{t.all}</option>
          </select>
        </label>
        <button class="button" aria-pressed={!labels} onClick={() => setLabels(false)}>{t.list}</button>
        <button class="button" aria-pressed={labels} onClick={() => setLabels(true)}>{t.labels}</button>
        <button class="button main" onClick={() => print()}>{t.print}</button>
        <a class="button" href={`${path}.csv${state && `?state=${state}`}`} download>{t.csv}</a>
      </div>
      <Problem of={problem} />
      {parcels?.length === 0 && <p class="hint">{t.none}</p>}
      {parcels && labels && <Labels parcels={parcels} />}
      {parcels && !labels && [...byProducer(parcels)].map(([id, own]) => <PackingTable key={id} name={names.get(id) ?? id} parcels={own} />)}
    </WorkPage>
  );
}
