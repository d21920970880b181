// How a state is coloured; its word says the same to who sees no colour.
const GOOD = ["live", "open", "verified", "valid", "delivered"];
const WARN = ["draft", "proposed", "expiring", "to_pack"];
const BAD = ["refused", "suspended", "expired", "revoked", "returned"];

/** The class of a state's tag. */
export function tag(state: string): string {
  if (GOOD.includes(state)) return "tag good";
  if (WARN.includes(state)) return "tag warn";
  return BAD.includes(state) ? "tag bad" : "tag";
}
