// What the form of a producer says, as the API takes it.
import type { ProducerBody } from "../work/types";

/** The producer's body; an account only if some of it is given. */
export function profileBody(form: FormData): ProducerBody {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const optional = (name: string) => text(name) || null;
  const account = { bin: text("bin"), account_no: text("account_no"), account_name: text("account_name") };
  return {
    kind: text("kind") as ProducerBody["kind"],
    name: text("name"),
    business_code: optional("business_code"),
    tax_code: optional("tax_code"),
    phone: optional("phone"),
    address: { line: text("line"), ward_code: text("ward_code") },
    bank_account: Object.values(account).some(Boolean) ? account : null,
  };
}
