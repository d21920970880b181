import { signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { call } from "../api/client";
import type { MoneyNews, Order, OrderNews } from "../api/types";
import { Feed } from "../feed";

/** An order, asked for again whenever the feed tells of it or of its money. */
export function useOrder(orderId: string) {
  const [order, setOrder] = useState<Order | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [feed, setFeed] = useState<Feed | null>(null);
  const money = useMemo(() => signal<ReadonlyMap<string, MoneyNews>>(new Map()), [orderId]);

  const look = useCallback(async () => {
    try {
      const found = await call("get", "/v1/orders/{id}", { path: { id: orderId } });
      setOrder((before) => (before && before.version > found.version ? before : found));
      setProblem(null);
    } catch (error) {
      setProblem(error);
    }
  }, [orderId]);

  useEffect(() => {
    const followed = new Feed("/v1/me/feed", {
      snapshot: () => void look(),
      event: (kind, data) => {
        if (kind === "money") {
          const news = data as MoneyNews;
          if (news.order_id !== orderId) return;
          money.value = new Map(money.peek()).set(news.payment_id, news);
          void look();
        } else if (kind === "orders" && (data as { orders: OrderNews[] }).orders.some((news) => news.order_id === orderId)) {
          void look();
        }
      },
    });
    setFeed(followed);
    void look();
    return () => followed.close();
  }, [orderId, look, money]);
  return { order, problem, feed, money, set: setOrder };
}
