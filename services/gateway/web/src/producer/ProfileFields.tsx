import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import { Field } from "../kit";
import { WardField } from "../work/WardField";
import type { Wrong } from "../work/wrong";
import { texts } from "./texts";

const KINDS = ["household", "cooperative", "cooperative_group", "company", "farm"] as const;

/** Fields that say themselves what is wrong. */
export const PROFILE_FIELDS = ["name", "business_code", "tax_code", "phone", "line", "bin", "account_no", "account_name", "ward_code"];

interface Props {
  producer?: Producer;
  wrong: Wrong;
}

/** The fields of a producer; read by `profileBody`. */
export function ProfileFields({ producer, wrong }: Props) {
  const t = useTexts(texts);
  return (
    <>
      <div class="fields">
        <Field label={t.name} name="name" wrong={wrong("name")} required defaultValue={producer?.name} />
        <label class="field">
          {t.kind}
          <select name="kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind} selected={kind === producer?.kind}>{t.kinds[kind]}</option>
            ))}
          </select>
        </label>
        <Field label={t.businessCode} name="business_code" wrong={wrong("business_code")} defaultValue={producer?.business_code ?? ""} />
        <Field label={t.taxCode} name="tax_code" wrong={wrong("tax_code")} defaultValue={producer?.tax_code ?? ""} />
        <Field label={t.phone} name="phone" wrong={wrong("phone")} type="tel" defaultValue={producer?.phone ?? ""} />
        <Field label={t.address} name="line" wrong={wrong("line")} required defaultValue={producer?.address?.line} />
        <WardField name="ward_code" code={producer?.address?.ward_code} wrong={wrong("ward_code")} />
      </div>
      <fieldset>
        <legend>{t.account}</legend>
        <div class="fields">
          <Field label={t.bin} name="bin" wrong={wrong("bin")} inputMode="numeric" defaultValue={producer?.bank_account?.bin} />
          <Field label={t.accountNo} name="account_no" wrong={wrong("account_no")} defaultValue={producer?.bank_account?.account_no} />
          <Field label={t.accountName} name="account_name" wrong={wrong("account_name")} defaultValue={producer?.bank_account?.account_name} />
        </div>
      </fieldset>
    </>
  );
}
