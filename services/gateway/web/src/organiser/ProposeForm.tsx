import { useTexts } from "../i18n";
import { number } from "../format";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import type { Chosen } from "./GoodsFinder";
import { offerBody } from "./plan";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** Fields that say themselves what is wrong. */
const FIELDS = ["claim_code", "live_price", "units", "limit_per_shopper", "opens_at", "closes_at"];

interface Props {
  sessionId: string;
  chosen: Chosen;
  /** The next claim code that is free. */
  code: string;
  onDone: () => void;
  onCancel: () => void;
}

/** The terms on which goods come into the line-up. */
export function ProposeForm({ sessionId, chosen, code, onDone, onCancel }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  const { product, variant } = chosen;
  async function propose(event: SubmitEvent) {
    event.preventDefault();
    const body = offerBody(new FormData(event.currentTarget as HTMLFormElement), variant.variant_id);
    const done = await sending.run(() => send("POST", `/v1/sessions/${sessionId}/offers`, body));
    if (done) onDone();
  }
  return (
    <form class="form" onSubmit={(event) => void propose(event)}>
      <h3>
        {product.name}, {variant.pack}
      </h3>
      <div class="fields">
        <Field label={t.code} hint={t.codeHint} name="claim_code" wrong={wrong("claim_code")} required defaultValue={code} maxLength={8} />
        <Field label={t.livePrice} name="live_price" wrong={wrong("live_price")} inputMode="numeric" required defaultValue={number(variant.list_price)} />
        <Field label={t.units} name="units" wrong={wrong("units")} inputMode="numeric" required defaultValue={String(variant.stock?.on_hand ?? "")} />
        <Field label={t.limit} hint={t.limitHint} name="limit_per_shopper" wrong={wrong("limit_per_shopper")} inputMode="numeric" />
        <Field label={t.opensAt} name="opens_at" wrong={wrong("opens_at")} type="datetime-local" />
        <Field label={t.closesAt} name="closes_at" wrong={wrong("closes_at")} type="datetime-local" />
      </div>
      <fieldset class="ways">
        <legend>{t.payee}</legend>
        <label>
          <input type="radio" name="payee_kind" value="producer" defaultChecked /> {t.payeeProducer}
        </label>
        <label>
          <input type="radio" name="payee_kind" value="organiser" /> {t.payeeOrganiser}
        </label>
      </fieldset>
      <Faults of={sending.problem} shown={FIELDS} />
      <p class="buttons">
        <button class="button main" disabled={sending.busy}>
          {t.add}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
