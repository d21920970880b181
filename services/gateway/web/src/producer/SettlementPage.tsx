import { useState } from "preact/hooks";
import type { Settlement } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Field, Problem, useAnswer } from "../kit";
import { ProducerFrame } from "./ProducerFrame";
import { Settled } from "./Settled";
import { texts } from "./texts";

/** What was sold and who was paid. */
export default function SettlementPage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const [days, setDays] = useState({ from: "", to: "" });
  const query = new URLSearchParams(Object.entries(days).filter(([, day]) => day)).toString();
  const path = `/v1/producers/${producerId}/settlement`;
  const { value, problem } = useAnswer<Settlement>(`${path}?${query}`);
  return (
    <ProducerFrame title={t.settlement} producerId={producerId}>
      <p class="hint">{t.noMoneyHeld}</p>
      <div class="buttons no-print">
        <Field label={t.from} name="from" type="date" value={days.from} onInput={(event) => setDays({ ...days, from: event.currentTarget.value })} />
        <Field label={t.to} name="to" type="date" value={days.to} onInput={(event) => setDays({ ...days, to: event.currentTarget.value })} />
        <a class="button" href={`${path}.csv?${query}`} download>{t.csv}</a>
      </div>
      <Problem of={problem} />
      {value && value.rows.length === 0 && <p class="hint">{t.noSales}</p>}
      {value && value.rows.length > 0 && <Settled settlement={value} />}
    </ProducerFrame>
  );
}
