// What the working pages count and read by themselves, without a page.
import { expect, test } from "@playwright/test";
import { alerts, ordersPerMinute } from "../../services/gateway/web/src/board/figures.ts";
import { lag } from "../../services/gateway/web/src/board/lag.ts";
import { nextCode } from "../../services/gateway/web/src/organiser/codes.ts";
import { offerBody, timeToType, typedNumber, typedTime } from "../../services/gateway/web/src/organiser/plan.ts";
import { dialled } from "../../services/gateway/web/src/print/parcels.ts";
import { cellOf } from "../../services/gateway/web/src/producer/csv.ts";
import { byMonth, grossSoFar, ordersByMinute } from "../../services/gateway/web/src/report/series.ts";

type Figures = NonNullable<Parameters<typeof alerts>[1]>;
type Row = Parameters<typeof alerts>[0][number];

const NOW = Date.parse("2026-11-24T13:00:30Z");
const minute = (at: string, orders: number, gross = 0) => ({ minute: at, orders, units: orders, gross });
const figures = (part: Partial<Figures>): Figures =>
  ({ minutes: [], offers: [], producers: [], net: 0, gross: 0, unpaid: 0, orders_unpaid: 0, ...part }) as unknown as Figures;
const row = (code: string, left: number, allotted: number, open = true): Row =>
  ({ offer: { claim_code: code, title: code }, left, allotted, open, units: 0, net: 0 }) as unknown as Row;

test("orders a minute are those of the last five minutes", () => {
  const minutes = [minute("2026-11-24T12:50:00Z", 100), minute("2026-11-24T12:57:00Z", 4), minute("2026-11-24T13:00:00Z", 6)];
  expect(ordersPerMinute(figures({ minutes }), NOW)).toBe(2);
});

test("what is about to sell out is told, what is closed or plenty is not", () => {
  const rows = [row("A01", 100, 200), row("A02", 0, 200), row("A03", 20, 200), row("A04", 5, 6), row("A05", 0, 9, false)];
  expect(alerts(rows, null).map((one) => (one.kind === "payments" ? "" : `${one.kind} ${one.code}`))).toEqual([
    "sold_out A02",
    "few_left A04",
    "few_left A03",
  ]);
});

test("payments lag when many orders wait for much of the money", () => {
  const waiting = { orders_unpaid: 5, net: 1_000_000 };
  expect(alerts([], figures({ ...waiting, unpaid: 300_001 }))).toEqual([{ kind: "payments", orders: 5, amount: 300_001 }]);
  expect(alerts([], figures({ ...waiting, unpaid: 300_000 }))).toEqual([]);
  expect(alerts([], figures({ ...waiting, orders_unpaid: 4, unpaid: 900_000 }))).toEqual([]);
});

test("old figures are never shown as new", () => {
  expect(lag({ connected: true, silent: 100, lagMs: 400 })).toEqual({ kind: "level", seconds: 0.4 });
  expect(lag({ connected: true, silent: 100, lagMs: 2_001 }).kind).toBe("late");
  expect(lag({ connected: false, silent: 9_000, lagMs: 0 })).toEqual({ kind: "lost", seconds: 9 });
  expect(lag({ connected: true, silent: 41_000, lagMs: 0 }).kind).toBe("lost");
});

test("a minute without orders is zero, and gross adds up", () => {
  const minutes = [minute("2026-11-24T13:00:00Z", 2, 200), minute("2026-11-24T13:03:00Z", 1, 50)];
  expect(ordersByMinute(minutes)[1]).toEqual([2, 0, 0, 1]);
  expect(grossSoFar(minutes)[1]).toEqual([200, 200, 200, 250]);
  expect(ordersByMinute([])).toEqual([[], []]);
});

test("a year has twelve months, those without a session too", () => {
  const months = [{ month: 3, net: 7 }] as Parameters<typeof byMonth>[0];
  expect(byMonth(months, (month) => month.net)[1]).toEqual([0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("a typed time is meant in Viet Nam, wherever the browser is", () => {
  expect(typedTime("2026-11-24T19:30")).toBe("2026-11-24T12:30:00.000Z");
  expect(timeToType("2026-11-24T12:30:00Z")).toBe("2026-11-24T19:30");
});

test("an amount is read as people write it", () => {
  expect(["190.000", "190 000 ₫", "190000đ"].map(typedNumber)).toEqual([190_000, 190_000, 190_000]);
  expect(typedNumber("abc")).toBeNaN();
});

test("an offer's form says what was typed, and leaves out what was not", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ claim_code: " a05 ", live_price: "190.000", units: "10", payee_kind: "producer" })) {
    form.set(name, value);
  }
  const body = JSON.parse(JSON.stringify(offerBody(form, "var_1"))) as unknown;
  expect(body).toEqual({ variant_id: "var_1", claim_code: "A05", live_price: 190_000, units: 10, payee_kind: "producer" });
});

test("the next claim code is the one after the highest", () => {
  expect(nextCode([])).toBe("A01");
  expect(nextCode(["A01", "B20", "A09", "A9999"])).toBe("A10");
});

test("a fault is shown with the cell that it is in", () => {
  const file = { header: ["sku", "list_price"], rows: [["MO-1", "-5"]] };
  const at = (row: number, field: string) => cellOf({ row, field, message_vi: "", message_en: "" }, file).value;
  expect(at(2, "list_price")).toBe("-5");
  expect(at(2, "stock")).toBeNull();
  expect(at(9, "sku")).toBeNull();
});

test("a phone stands as it is dialled", () => {
  expect(dialled("+84912345678")).toBe("0912 345 678");
});
