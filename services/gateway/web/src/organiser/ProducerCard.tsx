import { useState } from "preact/hooks";
import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import { Problem, send, useSending } from "../kit";
import { GoodsOf } from "./GoodsOf";
import { tag } from "../work/tone";
import { texts } from "./texts";

interface Props {
  producer: Producer;
  onDone: () => void;
}

/** A producer, to be verified or suspended, with its goods and their papers. */
export function ProducerCard({ producer, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const [open, setOpen] = useState(false);
  const become = (state: "verified" | "suspended") =>
    sending.run(async () => {
      await send("POST", `/v1/producers/${producer.producer_id}/state`, { state });
      onDone();
    });
  return (
    <li class="card">
      <h2>{producer.name}</h2>
      <p>
        <span class={tag(producer.state)}>{t.producerStates[producer.state]}</span>{" "}
        <small>{producer.business_code ?? producer.tax_code}</small>
      </p>
      <Problem of={sending.problem} />
      <p class="buttons">
        {producer.state !== "verified" && (
          <button class="button main compact" disabled={sending.busy} onClick={() => void become("verified")} aria-label={`${t.verify}: ${producer.name}`}>
            {t.verify}
          </button>
        )}
        {producer.state === "verified" && (
          <button class="button compact" disabled={sending.busy} onClick={() => void become("suspended")} aria-label={`${t.suspend}: ${producer.name}`}>
            {t.suspend}
          </button>
        )}
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.certificates}</summary>
        {open && <GoodsOf producerId={producer.producer_id} />}
      </details>
    </li>
  );
}
