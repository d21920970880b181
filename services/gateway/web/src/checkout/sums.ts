// What an order costs, by the session's terms: the order says what it expects, and is refused if that is wrong.
import type { Hold, Offer, Session } from "../api/types";

type Terms = NonNullable<Session["terms"]>;

export interface Bought {
  hold: Hold;
  offer: Offer;
}

export const goodsOf = (bought: readonly Bought[]): number =>
  bought.reduce((sum, { hold, offer }) => sum + hold.units * offer.live_price, 0);

/** Đồng: flat, with so much for each begun kilogram above what that carries; from some sum on, free. */
export function shippingOf(terms: Terms, bought: readonly Bought[]): number {
  if (terms.free_shipping_from != null && goodsOf(bought) >= terms.free_shipping_from) return 0;
  const grams = bought.reduce((sum, { hold, offer }) => sum + hold.units * offer.weight_grams, 0);
  const above = terms.shipping_grams != null ? Math.max(0, grams - terms.shipping_grams) : 0;
  return terms.shipping_fee + Math.ceil(above / 1000) * (terms.shipping_fee_per_kg ?? 0);
}
