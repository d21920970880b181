// What the desk asks, one function a verb.
import type { OrderBody } from "../api/types";
import { send } from "../kit";
import type { ClaimLine, DeskClaim, DeskShopper, Order, Restriction, ShopperCard } from "./types";

const desk = (sessionId: string) => `/v1/sessions/${sessionId}/desk`;
const claim = (of: DeskClaim) => `${desk(of.session_id)}/claims/${of.desk_claim_id}`;

export const takeClaim = (of: DeskClaim) => send<DeskClaim>("POST", `${claim(of)}/take`);
export const renewClaim = (of: DeskClaim) => send<DeskClaim>("POST", `${claim(of)}/renew`);
export const releaseClaim = (of: DeskClaim) => send<DeskClaim>("POST", `${claim(of)}/release`);
export const handleClaim = (of: DeskClaim, lines: ClaimLine[]) => send("POST", `${claim(of)}/handle`, { lines });
export const dismissClaim = (of: DeskClaim, reason: string) => send<DeskClaim>("POST", `${claim(of)}/dismiss`, { reason });

export const shopperPath = (sessionId: string, accountId: string) => `${desk(sessionId)}/shoppers/${accountId}`;
export const showShopper = (sessionId: string, accountId: string) => send<ShopperCard>("GET", shopperPath(sessionId, accountId));
export const restrict = (sessionId: string, accountId: string, reason: string, until: string | null) =>
  send<Restriction>("POST", `${shopperPath(sessionId, accountId)}/restrict`, { reason, until });
export const lift = (sessionId: string, accountId: string, reason: string) =>
  send<Restriction>("POST", `${shopperPath(sessionId, accountId)}/lift`, { reason });

/** The account of a phone, made if there is none. */
export const shopperOf = (sessionId: string, phone: string, name: string) =>
  send<DeskShopper>("POST", `${desk(sessionId)}/shoppers`, { phone, name });
export const placeFor = (sessionId: string, accountId: string, order: OrderBody, key: string) =>
  send<Order>("POST", `${desk(sessionId)}/orders`, { ...order, account_id: accountId }, key);
export const takeCash = (paymentId: string, amount: number, receipt: string) =>
  send("POST", `/v1/payments/${paymentId}/cash`, { amount, receipt_number: receipt });
