// A session in full swing: orders that are paid and orders that wait, units that are held, people in line.
import { Api } from "./api.ts";
import type { Answer } from "./api.ts";
import { another, transfer } from "./market.ts";
import type { Market, Session } from "./market.ts";
import { until } from "./until.ts";

const NAMES = ["Nguyễn Thị Lan", "Trần Văn Hùng", "Lê Minh Châu", "Phạm Thu Hà", "Vũ Đức Nam", "Hoàng Bích Ngọc"];
const ORDERS = 8;
const SOON = 20_000;

export interface Busy {
  market: Market;
  session: Session;
  /** Whose goods the account `producer` keeps from now on. */
  producerId: string;
}

export async function makeBusy(market: Market): Promise<Busy> {
  const nobody = new Api(market.signIn.url);
  const organiser = await nobody.signIn("organiser", market.signIn.accounts["organiser"] ?? "");
  const session = await another(market, "Phiên chợ cuối tuần");
  const [first, second, third] = session.offers;
  if (!first || !second || !third) throw new Error("the line-up is too short");
  const { shoppers }: { shoppers: { token: string }[] } = await organiser.post("/v1/demo/shoppers", { count: ORDERS + 4 });
  for (const [at, { token }] of shoppers.slice(0, ORDERS).entries()) {
    await order(market, nobody.as(token), session, at % 2 === 0 ? first : second, at);
  }
  // Two units for four people: two hold, two wait in line.
  for (const { token } of shoppers.slice(ORDERS)) {
    await nobody.as(token).post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: third.id, units: 1 }] });
  }
  await organiser.post(`/v1/producers/${first.producerId}/keepers`, { username: "producer" });
  await until("the figures count every order", SOON, async () => {
    const figures: Answer = await organiser.get(`/v1/sessions/${session.id}/figures`);
    return figures.orders === ORDERS || undefined;
  });
  return { market, session, producerId: first.producerId };
}

/** Every third waits for its money; the first is shipped. */
async function order(market: Market, shopper: Api, session: Session, offer: Session["offers"][number], at: number): Promise<void> {
  const shipped = at % 4 === 0;
  const body = {
    session_id: session.id,
    lines: [{ offer_id: offer.id, units: 1 }],
    expected_total: offer.price + (shipped ? 25_000 : 0),
    payment_method: "vietqr",
    contact: { name: NAMES[at % NAMES.length], phone: `09123456${10 + at}` },
    delivery: shipped ? { address: { line: `${at + 1} phố Mẫu`, ward_code: "00070" } } : { pickup: true },
  };
  const placed: Answer = await shopper.post("/v1/orders", body, { "idempotency-key": `busy-${at}` });
  if (at % 3 === 2) return;
  for (const payment of placed.payments) await transfer(market.signIn, payment.amount_due, payment.payment_code);
  await until("the money is seen", SOON, async () => {
    const now: Answer = await shopper.get(`/v1/orders/${placed.order_id}`);
    return now.state === "confirmed" || undefined;
  });
}
