// The nouns of the desk by their short names.
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type { Offer, Order } from "../api/types";
export type ClaimLine = Schemas["ClaimLine"];
export type Complaint = Schemas["Complaint"];
export type Complaints = Schemas["Complaints"];
export type CounterShopper = Schemas["CounterShopper"];
export type DeskItem = Schemas["DeskItem"];
export type DeskItems = Schemas["DeskItems"];
export type HandledDeskItem = Schemas["HandledDeskItem"];
export type KeptUnits = Schemas["KeptUnits"];
export type MergeLine = Schemas["MergeLine"];
export type Restriction = Schemas["Restriction"];
export type ShopperCard = Schemas["ShopperCard"];
export type TakenDeskItem = Schemas["TakenDeskItem"];
