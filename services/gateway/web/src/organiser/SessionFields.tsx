import { useTexts } from "../i18n";
import { Field } from "../kit";
import { texts } from "./texts";
import { timeToType } from "./plan";

const TOMORROW = 24 * 3_600_000;

/** The fields of a session to plan; read by `sessionBody`. */
export function SessionFields() {
  const t = useTexts(texts);
  const tomorrow = timeToType(new Date(Date.now() + TOMORROW).toISOString());
  return (
    <>
      <Field label={t.title} name="title" required maxLength={120} />
      <label class="field">
        {t.description}
        <textarea name="description" rows={3} maxLength={2000} />
      </label>
      <Field label={t.startsAt} hint={t.startsAtHint} name="starts_at" type="datetime-local" required defaultValue={tomorrow} />
      <fieldset>
        <legend>{t.terms}</legend>
        <label class="check">
          <input type="checkbox" name="cod_allowed" defaultChecked /> {t.cod}
        </label>
        <Field label={t.shippingFee} name="shipping_fee" inputMode="numeric" required defaultValue="30.000" />
        <Field label={t.payWithin} name="pay_within" inputMode="numeric" required defaultValue="15" />
        <Field label={t.pickup} hint={t.pickupHint} name="pickup_place" />
      </fieldset>
      <fieldset>
        <legend>{t.account}</legend>
        <p class="hint">{t.accountHint}</p>
        <Field label={t.bin} name="bin" inputMode="numeric" />
        <Field label={t.accountNo} name="account_no" />
        <Field label={t.accountName} name="account_name" />
      </fieldset>
    </>
  );
}
