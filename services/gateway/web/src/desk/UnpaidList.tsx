import type { Order } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Countdown } from "../kit";
import { texts } from "./texts";

interface Props {
  orders: Order[];
  onShopper: (accountId: string, name: string) => void;
}

/** Orders that wait for their money, soonest deadline first. */
export function UnpaidList({ orders, onShopper }: Props) {
  const t = useTexts(texts);
  if (orders.length === 0) return <p class="hint">{t.unpaidNone}</p>;
  const sorted = [...orders].sort((a, b) => (a.pay_by ?? "").localeCompare(b.pay_by ?? ""));
  return (
    <ul class="rows">
      {sorted.map((order) => (
        <li key={order.order_id}>
          <button type="button" class="link grow" onClick={() => onShopper(order.account_id, order.contact?.name ?? order.order_id)}>
            {order.contact?.name ?? order.order_id}
          </button>
          <span>{order.lines.map((line) => `${line.claim_code} ×${line.units}`).join(", ")}</span>
          <span class="num">{money(order.total)}</span>
          {order.pay_by && <Countdown until={order.pay_by} />}
        </li>
      ))}
    </ul>
  );
}
