import type { Offer } from "../work/types";
import { useTexts } from "../i18n";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { typedNumber } from "./plan";
import { texts } from "./texts";

interface Props {
  offer: Offer;
  onDone: () => void;
  onCancel: () => void;
}

/** More units for an offer, from what its producer has on hand. */
export function RestockForm({ offer, onDone, onCancel }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  async function restock(event: SubmitEvent) {
    event.preventDefault();
    const units = typedNumber(String(new FormData(event.currentTarget as HTMLFormElement).get("units")));
    if (await sending.run(() => send("POST", `/v1/offers/${offer.offer_id}/restock`, { units }, sending.keyFor(units)))) onDone();
  }
  return (
    <form class="form panel" onSubmit={(event) => void restock(event)}>
      <h3>
        {t.restock}: {offer.claim_code} {offer.title}
      </h3>
      <Field label={t.units} name="units" inputMode="numeric" required />
      <Faults of={sending.problem} />
      <p class="buttons">
        <button class="button main" disabled={sending.busy}>
          {t.restock}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
