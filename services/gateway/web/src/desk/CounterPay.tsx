import type { MoneyNews } from "../api/types";
import { PayCard } from "../checkout/PayCard";
import { money as dong } from "../format";
import { useTexts } from "../i18n";
import { CashForm } from "./CashForm";
import { texts } from "./texts";
import type { Order } from "./types";

interface Props {
  order: Order;
  money: ReadonlyMap<string, MoneyNews>;
}

/** The code to scan on this screen, or cash with its receipt; the money shows as it comes. */
export function CounterPay({ order, money }: Props) {
  const t = useTexts(texts);
  const waits = order.payments.filter((payment) => !["exact", "over"].includes(money.get(payment.payment_id)?.state ?? payment.state));
  return (
    <div class="stack">
      <p class="between">
        <span>{order.lines.map((line) => `${line.claim_code} ×${line.units}`).join(", ")}</span>
        <b>{dong(order.total)}</b>
      </p>
      {order.payments.map((payment) => (
        <PayCard key={payment.payment_id} payment={payment} news={money.get(payment.payment_id)} />
      ))}
      {waits.map((payment) => (
        <details key={payment.payment_id}>
          <summary>{t.cash} · {dong(payment.amount_due - payment.amount_received)}</summary>
          <CashForm payment={payment} />
        </details>
      ))}
    </div>
  );
}
