// What the board counts from a session's figures: pure, so that it can be tested without a page.
import type { Figures, Offer, OfferUnits } from "../work/types";

/** Orders of the last so many whole minutes are averaged. */
const MINUTES = 5;
/** An offer is about to sell out at so few units, or at a tenth of what was allotted. */
const FEW = 5;
/** Payments lag when so many orders wait, and they are more than this share of the money. */
const UNPAID_ORDERS = 5;
const UNPAID_SHARE = 0.3;

export type Alert =
  | { kind: "sold_out" | "few_left"; code: string; title: string; left: number }
  | { kind: "payments"; orders: number; amount: number };

export interface OfferRow {
  offer: Offer;
  left: number;
  allotted: number;
  open: boolean;
  units: number;
  net: number;
}

export interface ProducerRow {
  id: string;
  name: string;
  units: number;
  net: number;
}

/** Orders a minute now: those of the newest minutes, over the time they took. */
export function ordersPerMinute(figures: Figures, now: number): number {
  const from = now - MINUTES * 60_000;
  const recent = figures.minutes.filter((minute) => Date.parse(minute.minute) + 60_000 > from);
  const orders = recent.reduce((sum, minute) => sum + minute.orders, 0);
  return orders / MINUTES;
}

/** The line-up in its order, each with what was sold and what is left. */
export function offerRows(offers: Offer[], units: ReadonlyMap<string, OfferUnits>, figures: Figures | null): OfferRow[] {
  const sold = new Map(figures?.offers.map((offer) => [offer.offer_id, offer]));
  return [...offers]
    .sort((a, b) => a.position - b.position)
    .map((offer) => {
      const where = units.get(offer.offer_id);
      const made = sold.get(offer.offer_id);
      return {
        offer,
        left: where?.left ?? 0,
        allotted: where?.allotted ?? offer.allotted_units,
        open: where?.open ?? false,
        units: made?.units ?? 0,
        net: made?.net ?? 0,
      };
    });
}

/** Producers by net revenue. */
export function producerRows(offers: Offer[], figures: Figures | null): ProducerRow[] {
  const names = new Map(offers.map((offer) => [offer.producer_id, offer.producer_name]));
  return (figures?.producers ?? [])
    .map((made) => ({
      id: made.producer_id,
      name: names.get(made.producer_id) ?? made.producer_id,
      units: made.units,
      net: made.net,
    }))
    .sort((a, b) => b.net - a.net);
}

/** What somebody should look at, gravest first. */
export function alerts(rows: OfferRow[], figures: Figures | null): Alert[] {
  const found: Alert[] = rows
    .filter((row) => row.open && row.left <= Math.max(FEW, row.allotted / 10))
    .sort((a, b) => a.left - b.left)
    .map((row) => ({
      kind: row.left === 0 ? "sold_out" : "few_left",
      code: row.offer.claim_code,
      title: row.offer.title,
      left: row.left,
    }));
  if (figures && figures.orders_unpaid >= UNPAID_ORDERS && figures.unpaid > figures.net * UNPAID_SHARE) {
    found.push({ kind: "payments", orders: figures.orders_unpaid, amount: figures.unpaid });
  }
  return found;
}
