import type { Payment } from "../api/types";
import { useTexts } from "../i18n";
import { Field, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { takeCash } from "./api";
import { texts } from "./texts";

/** Cash at the counter: exactly what is due, with the number of the paper receipt. */
export function CashForm({ payment }: { payment: Payment }) {
  const t = useTexts(texts);
  const sending = useSending();
  function take(event: SubmitEvent) {
    event.preventDefault();
    const receipt = String(new FormData(event.currentTarget as HTMLFormElement).get("receipt"));
    void sending.run(() => takeCash(payment.payment_id, payment.amount_due - payment.amount_received, receipt));
  }
  return (
    <form class="stack" onSubmit={take}>
      <Field label={t.receipt} name="receipt" required maxLength={40} autoComplete="off" />
      <Faults of={sending.problem} />
      <button class="button main wide" disabled={sending.busy}>{t.record}</button>
    </form>
  );
}
