import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { call } from "../api/client";
import type { Order } from "../api/types";
import { useSending } from "../api/use";
import { money, moment } from "../format";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import { Skeleton } from "../ui/Skeleton";
import { StateTag } from "./StateTag";
import { texts } from "./texts";
import "./orders.css";

const A_PAGE = 20;

/** Newest first, a page at a time. */
export function OrderList() {
  const t = useTexts(texts);
  const [orders, setOrders] = useState<readonly Order[] | null>(null);
  const [next, setNext] = useState<string | undefined>();
  const { busy, problem, run } = useSending();
  const load = (cursor?: string) =>
    run(async () => {
      const page = await call("get", "/v1/orders", { query: { limit: A_PAGE, cursor } });
      setOrders((before) => [...(cursor && before ? before : []), ...page.orders]);
      setNext(page.next_cursor ?? undefined);
    });
  useEffect(() => void load(), []);

  if (orders === null) return problem ? <Problem of={problem} /> : <Skeleton height="10rem" />;
  if (orders.length === 0) {
    return (
      <>
        <p class="note">{t.none}</p>
        <Link class="button main" href="/">{t.toFair}</Link>
      </>
    );
  }
  return (
    <>
      <ul class="stack">
        {orders.map((order) => (
          <li key={order.order_id}>
            <Link class="card order-card" href={`/orders/${order.order_id}`}>
              <span class="between">
                <StateTag state={order.state} />
                <span class="small soft">{moment(order.placed_at)}</span>
              </span>
              <span>{order.lines.map((line) => `${line.title} ×${line.units}`).join(", ")}</span>
              <strong>{money(order.total)}</strong>
            </Link>
          </li>
        ))}
      </ul>
      <Problem of={problem} />
      {next !== undefined && <Button busy={busy} onClick={() => load(next)}>{t.more}</Button>}
    </>
  );
}
