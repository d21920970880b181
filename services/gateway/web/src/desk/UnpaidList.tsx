import type { Order } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Countdown } from "../kit";
import { texts } from "./texts";

/** Orders that wait for their money, soonest deadline first. */
export function UnpaidList({ orders }: { orders: Order[] }) {
  const t = useTexts(texts);
  if (orders.length === 0) return <p class="hint">{t.unpaidNone}</p>;
  const sorted = [...orders].sort((a, b) => (a.pay_by ?? "").localeCompare(b.pay_by ?? ""));
  return (
    <ul class="rows">
      {sorted.map((order) => (
        <li key={order.order_id}>
          <b class="grow">{order.contact?.name ?? order.order_id}</b>
          <span>{order.lines.map((line) => `${line.claim_code} ×${line.units}`).join(", ")}</span>
          <span class="num">{money(order.total)}</span>
          {order.pay_by && <Countdown until={order.pay_by} />}
        </li>
      ))}
    </ul>
  );
}
