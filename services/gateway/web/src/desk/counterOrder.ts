// An order at the counter, as the API takes it.
import type { FoundWard } from "../checkout/WardPicker";
import { shippingOf } from "../checkout/sums";
import type { Bought } from "../checkout/sums";
import type { Hold, OrderBody, Session } from "../api/types";
import type { ClaimLine, Offer } from "./types";

export interface Wanted {
  lines: ClaimLine[];
  pickup: boolean;
  ward: FoundWard | null;
  line: string;
  ofAge: boolean;
}

export interface Person {
  accountId: string;
  name: string;
  phone: string;
}

type Terms = NonNullable<Session["terms"]>;

/** What the goods and their way come to, đồng. */
export function totalOf(terms: Terms, offers: Offer[], wanted: Wanted): number {
  const bought: Bought[] = wanted.lines.flatMap((line) => {
    const offer = offers.find((one) => one.offer_id === line.offer_id);
    // The sums look only at the units of a hold.
    return offer ? [{ offer, hold: { units: line.units } as Hold }] : [];
  });
  const goods = bought.reduce((sum, { hold, offer }) => sum + hold.units * offer.live_price, 0);
  return goods + (wanted.pickup ? 0 : shippingOf(terms, bought));
}

/** The order; it waits for its transfer, and cash at the counter counts as well. */
export function counterOrder(session: Session, offers: Offer[], person: Person, wanted: Wanted): OrderBody {
  const address = { line: wanted.line, ward_code: wanted.ward?.code ?? "" };
  return {
    session_id: session.session_id,
    lines: wanted.lines.map(({ offer_id, units }) => ({ offer_id, units })),
    expected_total: totalOf(session.terms!, offers, wanted),
    payment_method: "vietqr",
    contact: { name: person.name, phone: person.phone },
    delivery: wanted.pickup ? { pickup: true } : { address },
    of_age: wanted.ofAge,
  };
}
