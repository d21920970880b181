// What a form of a session says, as the API takes it.
import type { OfferBody, SessionBody, SessionTerms } from "../work/types";

/** Viet Nam has one time and no summer time. */
const OFFSET = "+07:00";

/** A time typed as `2026-11-24T19:30`, which is meant as time in Viet Nam wherever the browser is. */
export function typedTime(value: string): string {
  return new Date(`${value}:00${OFFSET}`).toISOString();
}

/** The same the other way, for a field of type datetime-local. */
export function timeToType(iso: string): string {
  return new Date(Date.parse(iso) + 7 * 3_600_000).toISOString().slice(0, 16);
}

/** A number typed with or without dots: `190.000`. */
export function typedNumber(value: string): number {
  return Number(value.replace(/[.\s₫đ]/g, ""));
}

const text = (form: FormData, name: string) => String(form.get(name) ?? "").trim();
const optional = (form: FormData, name: string) => text(form, name) || undefined;

/** The terms of a session; the account only if all of it or some of it is given. */
function terms(form: FormData): SessionTerms {
  const account = { bin: text(form, "bin"), account_no: text(form, "account_no"), account_name: text(form, "account_name") };
  return {
    cod_allowed: form.has("cod_allowed"),
    shipping_fee: typedNumber(text(form, "shipping_fee")),
    pickup_place: optional(form, "pickup_place"),
    payment_window_seconds: typedNumber(text(form, "pay_within")) * 60,
    ...(Object.values(account).some(Boolean) && { organiser_account: account }),
  };
}

/** A session to plan. */
export function sessionBody(form: FormData, organiserId: string): SessionBody {
  return {
    organiser_id: organiserId,
    title: text(form, "title"),
    description: optional(form, "description"),
    starts_at: typedTime(text(form, "starts_at")),
    terms: terms(form),
  };
}

/** An offer to propose. */
export function offerBody(form: FormData, variantId: string): OfferBody {
  const limit = optional(form, "limit_per_shopper");
  const at = (name: string) => optional(form, name) && typedTime(text(form, name));
  return {
    variant_id: variantId,
    claim_code: text(form, "claim_code").toUpperCase(),
    live_price: typedNumber(text(form, "live_price")),
    units: typedNumber(text(form, "units")),
    limit_per_shopper: limit ? typedNumber(limit) : undefined,
    payee_kind: text(form, "payee_kind") as OfferBody["payee_kind"],
    opens_at: at("opens_at"),
    closes_at: at("closes_at"),
  };
}
