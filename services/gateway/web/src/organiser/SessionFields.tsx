import { useTexts } from "../i18n";
import { Field, TextArea } from "../kit";
import type { Wrong } from "../work/wrong";
import { texts } from "./texts";
import { timeToType } from "./plan";

/** Fields that say themselves what is wrong. */
export const SESSION_FIELDS = ["title", "starts_at", "shipping_fee", "payment_window_seconds", "pickup_place", "bin", "account_no", "account_name"];
const TOMORROW = 24 * 3_600_000;

/** The fields of a session to plan; read by `sessionBody`. */
export function SessionFields({ wrong }: { wrong: Wrong }) {
  const t = useTexts(texts);
  const tomorrow = timeToType(new Date(Date.now() + TOMORROW).toISOString());
  return (
    <>
      <Field label={t.title} name="title" wrong={wrong("title")} required maxLength={120} />
      <TextArea label={t.description} name="description" rows={3} maxLength={2000} wrong={wrong("description")} />
      <Field label={t.startsAt} hint={t.startsAtHint} name="starts_at" wrong={wrong("starts_at")} type="datetime-local" required defaultValue={tomorrow} />
      <fieldset>
        <legend>{t.terms}</legend>
        <label class="check">
          <input type="checkbox" name="cod_allowed" defaultChecked /> {t.cod}
        </label>
        <Field label={t.shippingFee} name="shipping_fee" wrong={wrong("shipping_fee")} inputMode="numeric" required defaultValue="30.000" />
        <Field label={t.payWithin} name="pay_within" wrong={wrong("payment_window_seconds")} inputMode="numeric" required defaultValue="15" />
        <Field label={t.pickup} hint={t.pickupHint} name="pickup_place" wrong={wrong("pickup_place")} />
      </fieldset>
      <fieldset>
        <legend>{t.account}</legend>
        <p class="hint">{t.accountHint}</p>
        <Field label={t.bin} name="bin" wrong={wrong("bin")} inputMode="numeric" />
        <Field label={t.accountNo} name="account_no" wrong={wrong("account_no")} />
        <Field label={t.accountName} name="account_name" wrong={wrong("account_name")} />
      </fieldset>
    </>
  );
}
