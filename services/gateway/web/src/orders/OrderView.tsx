import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { call } from "../api/client";
import type { MoneyNews, Order } from "../api/types";
import { PayCard } from "../checkout/PayCard";
import { money, moment } from "../format";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { Countdown } from "../ui/Countdown";
import { toast } from "../ui/Toasts";
import { Destination } from "./Destination";
import { StateTag } from "./StateTag";
import { Steps } from "./Steps";
import { texts } from "./texts";

interface Props {
  order: Order;
  money: ReadonlyMap<string, MoneyNews>;
  onChange: (order: Order) => void;
}

/** A shopper may cancel by themselves until money has moved or the parcel is packed. */
const mayCancel = ({ state, payment_method }: Order) =>
  state === "awaiting_payment" || (state === "confirmed" && payment_method === "cod");

export function OrderView({ order, money: news, onChange }: Props) {
  const t = useTexts(texts);
  const [cancelling, setCancelling] = useState(false);
  const cancel = async () => {
    onChange(await call("post", "/v1/orders/{id}/cancel", { path: { id: order.order_id }, body: {} }));
    toast(t.cancelled);
  };
  const paysNow = order.payment_method === "vietqr" && order.state !== "cancelled" && order.state !== "expired";
  return (
    <div class="stack">
      <header class="stack order-head">
        <h1>{t.order}</h1>
        <p class="row">
          <StateTag state={order.state} />
          <span class="small soft">{t.of(moment(order.placed_at))}</span>
        </p>
      </header>
      {paysNow && (
        <section class="card stack" aria-label={t.pay}>
          {order.state === "awaiting_payment" && order.pay_by && <p>{t.payWithin} <Countdown until={order.pay_by} /></p>}
          {order.payments.map((payment) => (
            <PayCard key={payment.payment_id} payment={payment} news={news.get(payment.payment_id)} />
          ))}
        </section>
      )}
      <section class="card stack" aria-labelledby="goods">
        <h2 id="goods">{t.goods}</h2>
        <ul class="rows">
          {order.lines.map((line) => (
            <li key={line.offer_id}>
              <Link class="order-what" href={`/p/${line.product_id}`}>{line.title}</Link>
              <span class="soft">×{line.units}</span>
              <span class="push">{money(line.line_total)}</span>
            </li>
          ))}
        </ul>
        <dl class="sums">
          {order.shipping_fee > 0 && <div class="between"><dt>{t.fee}</dt><dd>{money(order.shipping_fee)}</dd></div>}
          <div class="between sums-total"><dt>{t.total}</dt><dd>{money(order.total)}</dd></div>
        </dl>
        {order.payment_method === "cod" && <p class="soft">{t.cod}</p>}
      </section>
      <Steps order={order} />
      <Destination order={order} />
      {mayCancel(order) && <Button look="danger" onClick={() => setCancelling(true)}>{t.cancel}</Button>}
      <Link class="button plain" href="/orders">{t.back}</Link>
      {cancelling && (
        <Confirm title={t.cancelTitle} yes={t.cancel} danger onYes={cancel} onClose={() => setCancelling(false)}>
          <p>{t.cancelAsk}</p>
        </Confirm>
      )}
    </div>
  );
}
