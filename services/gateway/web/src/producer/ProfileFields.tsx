import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import { Field } from "../kit";
import { WardField } from "../work/WardField";
import { texts } from "./texts";

const KINDS = ["household", "cooperative", "cooperative_group", "company", "farm"] as const;

/** The fields of a producer; read by `profileBody`. */
export function ProfileFields({ producer }: { producer?: Producer }) {
  const t = useTexts(texts);
  return (
    <>
      <div class="fields">
        <Field label={t.name} name="name" required defaultValue={producer?.name} />
        <label class="field">
          {t.kind}
          <select name="kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind} selected={kind === producer?.kind}>{t.kinds[kind]}</option>
            ))}
          </select>
        </label>
        <Field label={t.businessCode} name="business_code" defaultValue={producer?.business_code ?? ""} />
        <Field label={t.taxCode} name="tax_code" defaultValue={producer?.tax_code ?? ""} />
        <Field label={t.phone} name="phone" type="tel" defaultValue={producer?.phone ?? ""} />
        <Field label={t.address} name="line" required defaultValue={producer?.address?.line} />
        <WardField name="ward_code" code={producer?.address?.ward_code} />
      </div>
      <fieldset>
        <legend>{t.account}</legend>
        <div class="fields">
          <Field label={t.bin} name="bin" inputMode="numeric" defaultValue={producer?.bank_account?.bin} />
          <Field label={t.accountNo} name="account_no" defaultValue={producer?.bank_account?.account_no} />
          <Field label={t.accountName} name="account_name" defaultValue={producer?.bank_account?.account_name} />
        </div>
      </fieldset>
    </>
  );
}
