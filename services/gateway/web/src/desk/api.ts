// What the desk asks, one function a verb.
import type { OrderBody } from "../api/types";
import { send } from "../kit";
import type { ClaimLine, Complaint, CounterShopper, DeskItem, HandledDeskItem, KeptUnits, MergeLine, Order, Restriction, TakenDeskItem } from "./types";

const desk = (sessionId: string) => `/v1/sessions/${sessionId}/desk`;
const item = (of: DeskItem) => `/v1/desk/items/${of.desk_item_id}`;
const restriction = (organiserId: string, accountId: string) => `/v1/organisers/${organiserId}/restrictions/${accountId}`;

/** Mine for two minutes; taking it again gives two more. */
export const takeItem = (of: DeskItem) =>
  send<TakenDeskItem>("POST", `${desk(of.session_id)}/take`, { desk_item_id: of.desk_item_id });
export const leaveItem = (of: DeskItem) => send<DeskItem>("POST", `${item(of)}/leave`);
export const handleItem = (of: DeskItem, lines: ClaimLine[]) => send<HandledDeskItem>("POST", `${item(of)}/handle`, { lines });
export const dismissItem = (of: DeskItem, reason: string) => send<DeskItem>("POST", `${item(of)}/dismiss`, { reason });

export const shopperPath = (sessionId: string, accountId: string) => `${desk(sessionId)}/shoppers/${accountId}`;
export const restrict = (organiserId: string, accountId: string, reason: string, until: string | null) =>
  send<Restriction>("PUT", restriction(organiserId, accountId), { reason, until });
export const lift = (organiserId: string, accountId: string) => send<Restriction>("DELETE", restriction(organiserId, accountId));

/** The account of a phone, made if there is none. */
export const shopperOf = (sessionId: string, phone: string, name: string) =>
  send<CounterShopper>("POST", `${desk(sessionId)}/shoppers`, { phone, name });
export const orderFor = (accountId: string, order: OrderBody, key: string) =>
  send<Order>("POST", "/v1/desk/orders", { account_id: accountId, order }, key);
/** The units go over to the other shopper's open order, each line whole or not at all. */
export const mergeHolds = (sessionId: string, from: string, into: string, lines: MergeLine[]) =>
  send<KeptUnits>("POST", `${desk(sessionId)}/merge`, { from_account_id: from, into_account_id: into, lines });
export const takeCash = (paymentId: string, amount: number, receiptNo: string) =>
  send("POST", `/v1/payments/${paymentId}/cash`, { amount, receipt_no: receiptNo });

export const answerComplaint = (of: Complaint, answer: string) =>
  send<Complaint>("POST", `/v1/complaints/${of.complaint_id}/answer`, { answer });
export const closeComplaint = (of: Complaint) => send<Complaint>("POST", `/v1/complaints/${of.complaint_id}/close`);
