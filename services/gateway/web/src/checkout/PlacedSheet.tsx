import type { ReadonlySignal } from "@preact/signals";
import { Link } from "wouter-preact";
import type { MoneyNews, Order, Payment } from "../api/types";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Countdown } from "../ui/Countdown";
import { Sheet } from "../ui/Sheet";
import { PayCard } from "./PayCard";
import { texts } from "./texts";

interface Props {
  order: Order;
  money: ReadonlySignal<ReadonlyMap<string, MoneyNews>>;
  onClose: () => void;
}

/** The order stands: how to pay it, without leaving the room. */
export default function PlacedSheet({ order, money, onClose }: Props) {
  const t = useTexts(texts);
  const stateOf = (payment: Payment) => money.value.get(payment.payment_id)?.state ?? payment.state;
  const waits = order.payments.some((payment) => stateOf(payment) === "none" || stateOf(payment) === "partial");
  const byTransfer = order.payment_method === "vietqr";
  return (
    <Sheet title={t.placedTitle} onClose={onClose}>
      {!byTransfer && <p class="note good" role="status">{t.placedCod}</p>}
      {byTransfer && waits && order.pay_by && (
        <p>
          {t.payWithin} <Countdown until={order.pay_by} />
        </p>
      )}
      {byTransfer && order.payments.length > 1 && <p>{t.placedWays(order.payments.length)}</p>}
      {byTransfer &&
        order.payments.map((payment) => (
          <PayCard key={payment.payment_id} payment={payment} news={money.value.get(payment.payment_id)} />
        ))}
      <div class="choices two">
        <Link class="button" href={`/orders/${order.order_id}`}>{t.seeOrder}</Link>
        <Button look="main" onClick={onClose}>{t.keepWatching}</Button>
      </div>
    </Sheet>
  );
}
