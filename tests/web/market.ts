// The demo's goods and a session on air, made as their people make them: over HTTP.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Api } from "./api.ts";
import type { Answer } from "./api.ts";
import type { SignIn, Stack } from "./stack.ts";
import { root } from "./stack.ts";
import { until } from "./until.ts";

/** How long other services may take to hear of something. */
const SOON = 20_000;

/** Goods of the demo's spreadsheet and the code that the session gives them; the last is not opened. */
const LINE_UP = [
  { code: "A01", sku: "GOM-01", price: 621_000, units: 20 },
  { code: "A02", sku: "AMCHEN-02", price: 432_000, units: 12 },
  { code: "A03", sku: "LUA-03-DO", price: 351_000, units: 2 },
  { code: "A08", sku: "CHELAM-08", price: 36_000, units: 60 },
] as const;

/** What the tests know of it; goes to them as JSON. */
export interface Market {
  signIn: SignIn;
  log: string;
  video: string;
  organiserId: string;
  /** On air; all of its line-up is open but the last. */
  session: Session;
  /** Tomorrow. */
  planned: string;
}

export interface Session {
  id: string;
  title: string;
  offers: { id: string; code: string; productId: string; producerId: string; title: string; price: number }[];
}

export async function furnish({ signIn, log, video }: Stack): Promise<Market> {
  const nobody = new Api(signIn.url);
  const organiser = await nobody.signIn("organiser", signIn.accounts["organiser"] ?? "");
  const organiserId: string = (await organiser.get("/v1/me")).memberships[0].organiser_id;
  const variants = await bringInGoods(organiser);
  const planned = await plan(organiser, organiserId, "Tối gốm sứ Bát Tràng", 26);
  const session = await goOnAir(organiser, organiserId, "Phiên chợ OCOP Hà Nội", variants);
  return { signIn, log, video, organiserId, session, planned };
}

/** A session of its own for a flow that ends it, or empties it. */
export async function another(market: Market, title: string): Promise<Session> {
  const nobody = new Api(market.signIn.url);
  const organiser = await nobody.signIn("organiser", market.signIn.accounts["organiser"] ?? "");
  return goOnAir(organiser, market.organiserId, title, await bringInGoods(organiser));
}

/** Variants by SKU, with units on hand for one more session. */
async function bringInGoods(organiser: Api): Promise<Map<string, string>> {
  const sheet = readFileSync(join(root, "deploy/demo/ocop-goods.csv"));
  const report = await organiser.file("/v1/goods/import?dry_run=false", sheet, "text/csv");
  if (report.errors.length > 0) throw new Error(JSON.stringify(report.errors));
  const found = new Map<string, string>();
  for (const id of report.product_ids) {
    const product = await organiser.get(`/v1/products/${id}`);
    for (const variant of product.variants) found.set(variant.sku, variant.variant_id);
  }
  for (const { sku, units } of LINE_UP) {
    const key = { "idempotency-key": `web-${sku}-${Date.now()}` };
    await organiser.post(`/v1/variants/${known(found, sku)}/stock/receive`, { units }, key);
  }
  return found;
}

async function plan(organiser: Api, organiserId: string, title: string, hours: number): Promise<string> {
  const body = {
    organiser_id: organiserId,
    title,
    description: "Hàng OCOP, bán trực tiếp từ chủ thể.",
    starts_at: new Date(Date.now() + hours * 3_600_000).toISOString(),
    terms: {
      organiser_account: { bin: "970436", account_no: ACCOUNT, account_name: "BAN TO CHUC PHIEN" },
      cod_allowed: true,
      shipping_fee: 25_000,
      pickup_place: "Nhà văn hoá phường Hoàn Kiếm, Hà Nội",
      payment_window_seconds: 900,
    },
  };
  return (await organiser.post("/v1/sessions", body)).session_id;
}

async function goOnAir(organiser: Api, organiserId: string, title: string, variants: Map<string, string>): Promise<Session> {
  const id = await plan(organiser, organiserId, title, 1);
  for (const line of LINE_UP) await propose(organiser, id, line, known(variants, line.sku));
  const offers: Answer[] = await until("catalogue has answered every proposal", SOON, async () => {
    const all: Answer[] = (await organiser.get(`/v1/sessions/${id}`)).offers;
    return all.every((offer) => offer.state === "allotted") ? all : undefined;
  });
  await organiser.post(`/v1/sessions/${id}/go-live`);
  const opened = offers.slice(0, -1).map((offer) => offer.offer_id);
  for (const offer of opened) await organiser.post(`/v1/offers/${offer}/open`);
  await organiser.put(`/v1/sessions/${id}/pin`, { offer_id: opened[0] });
  await until("orders sells what is open", SOON, async () => {
    const units: Answer[] = (await organiser.get(`/v1/sessions/${id}/units`)).offers;
    const open = new Set(units.filter((offer) => offer.open).map((offer) => offer.offer_id));
    return opened.every((offer) => open.has(offer)) || undefined;
  });
  return {
    id,
    title,
    offers: offers.map((offer) => ({
      id: offer.offer_id,
      code: offer.claim_code,
      productId: offer.product_id,
      producerId: offer.producer_id,
      title: offer.title,
      price: offer.live_price,
    })),
  };
}

/** Livestream may not have heard of a variant that was listed a moment ago. */
async function propose(organiser: Api, session: string, line: (typeof LINE_UP)[number], variant: string): Promise<void> {
  const { code, price, units } = line;
  const body = { variant_id: variant, claim_code: code, live_price: price, units, payee_kind: "organiser" };
  await until("livestream has heard of the variant", SOON, async () => {
    try {
      return await organiser.post(`/v1/sessions/${session}/offers`, body);
    } catch (error) {
      if (String(error).includes('"variant_id"')) return undefined;
      throw error;
    }
  });
}

/** One of the session's first goods, fetched at the counter. */
export function order(shopper: Api, session: Session, method: "cod" | "vietqr"): Promise<Answer> {
  const [first] = session.offers;
  const body = {
    session_id: session.id,
    lines: [{ offer_id: first!.id, units: 1 }],
    expected_total: first!.price,
    payment_method: method,
    contact: { name: "Nguyễn Thị Lan", phone: "0912345678" },
    delivery: { pickup: true },
    of_age: true,
  };
  return shopper.post("/v1/orders", body, { "idempotency-key": crypto.randomUUID() });
}

/** Where the market's money goes. */
const ACCOUNT = "1029384756";

/** A bank tells that money came in. */
export async function transfer(signIn: SignIn, amount: number, memo: string, account = ACCOUNT): Promise<void> {
  const body = {
    id: Date.now(),
    gateway: "Vietcombank",
    transactionDate: "2026-11-24 14:02:37",
    accountNumber: account,
    content: memo,
    transferType: "in",
    transferAmount: amount,
    referenceCode: `FT${Date.now()}`,
    description: "",
  };
  await new Api(signIn.url).post("/v1/webhooks/sepay", body, { authorization: `Apikey ${signIn.sepay_key}` });
}

function known(variants: Map<string, string>, sku: string): string {
  const id = variants.get(sku);
  if (id === undefined) throw new Error(`no ${sku} among ${[...variants.keys()].join(", ")}`);
  return id;
}
