// The fee that a checkout expects is the one that the order has: by the session's terms.
import { expect, test } from "@playwright/test";
import { shippingOf } from "../../../services/gateway/web/src/checkout/sums";
import type { Bought } from "../../../services/gateway/web/src/checkout/sums";

const bought = (price: number, grams: number, units: number) =>
  [{ hold: { units }, offer: { live_price: price, weight_grams: grams } }] as unknown as Bought[];
const terms = { cod_allowed: true, payment_window_seconds: 900, shipping_fee: 25_000 };

test("a flat fee, more for each begun kilogram above, none from some sum on", () => {
  expect(shippingOf(terms, bought(100_000, 9_000, 1))).toBe(25_000);
  const heavy = { ...terms, shipping_grams: 2_000, shipping_fee_per_kg: 5_000 };
  expect(shippingOf(heavy, bought(100_000, 1_000, 2))).toBe(25_000);
  expect(shippingOf(heavy, bought(100_000, 2_001, 1))).toBe(30_000);
  expect(shippingOf(heavy, bought(100_000, 1_500, 2))).toBe(30_000);
  expect(shippingOf(heavy, bought(100_000, 1_501, 2))).toBe(35_000);
  expect(shippingOf({ ...heavy, free_shipping_from: 300_000 }, bought(100_000, 1_500, 2))).toBe(30_000);
  expect(shippingOf({ ...heavy, free_shipping_from: 300_000 }, bought(150_000, 1_500, 2))).toBe(0);
});
