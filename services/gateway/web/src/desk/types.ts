// The nouns of the desk by their short names.
import type { Offer, Order } from "../api/types";

export interface ClaimLine { offer_id: string; units: number; more?: boolean }
export interface DeskClaim {
  desk_claim_id: string; session_id: string; reason: "unclear" | "unknown_code" | "invalid_quantity" | "restricted";
  state: "open" | "handled" | "dismissed"; account_id: string; shopper_name: string; text?: string | null;
  lines: ClaimLine[]; give_all_back: boolean; at: string; leased_by?: string | null; leased_until?: string | null; version: number;
}
export interface Restriction { restriction_id: string; account_id: string; reason: string; made_at: string; until?: string | null; lifted_at?: string | null; lifted_because?: string | null }
export interface ShopperCard {
  account_id: string; claims_kept: number; claims_lapsed: number; orders_placed: number; orders_paid: number; orders_cancelled: number;
  orders_expired: number; orders_returned: number; restriction?: Restriction | null; history: Restriction[];
}
export interface DeskShopper { account_id: string; name: string }
export type { Offer, Order };
