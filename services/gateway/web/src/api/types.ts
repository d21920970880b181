// The API's nouns by their short names.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Certificate = Schemas["Certificate"];
export type ClaimAnswer = Schemas["ClaimAnswer"];
export type Comment = Schemas["Comment"];
export type Complaint = Schemas["Complaint"];
export type Hold = Schemas["Hold"];
export type Kept = Schemas["Kept"];
export type KeptNews = Schemas["KeptNews"];
export type MoneyNews = Schemas["MoneyNews"];
export type Notice = Schemas["Notice"];
export type Offer = Schemas["Offer"];
export type OfferUnits = Schemas["OfferUnits"];
export type Order = Schemas["Order"];
export type OrderBody = Schemas["OrderBody"];
export type OrderNews = Schemas["OrderNews"];
export type Payment = Schemas["Payment"];
export type Product = Schemas["Product"];
export type Province = Schemas["Province"];
export type RoomNow = Schemas["RoomNow"];
export type Sale = Schemas["Sale"];
export type Session = Schemas["Session"];
export type Snapshot = Schemas["Snapshot"];
export type Waiting = Schemas["Waiting"];
export type Ward = Schemas["Ward"];
