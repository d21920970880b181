import { useTexts } from "../i18n";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { texts } from "./texts";

interface Props {
  variantId: string;
  onDone: () => void;
}

/** Units that come in, or are written off. */
export function StockForm({ variantId, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  async function book(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const way = (event.submitter as HTMLButtonElement).value;
    const body = { units: Number(data.get("units")), note: String(data.get("note")) || null };
    const key = sending.keyFor([way, body]);
    if (await sending.run(() => send("POST", `/v1/variants/${variantId}/stock/${way}`, body, key))) {
      form.reset();
      onDone();
    }
  }
  return (
    <form class="form" onSubmit={(event) => void book(event)}>
      <div class="fields">
        <Field label={t.units} name="units" type="number" min={1} required />
        <Field label={t.note} name="note" maxLength={200} />
      </div>
      <Faults of={sending.problem} />
      <p class="buttons">
        <button class="button main" value="receive" disabled={sending.busy}>{t.receive}</button>
        <button class="button" value="write-off" disabled={sending.busy}>{t.writeOff}</button>
      </p>
    </form>
  );
}
