import type { Order } from "../api/types";
import { useTexts } from "../i18n";
import { texts } from "./texts";

const LOOK: Partial<Record<Order["state"], string>> = {
  awaiting_payment: "warn",
  confirmed: "good",
  packed: "good",
  shipped: "good",
  delivered: "good",
  cancelled: "bad",
  expired: "bad",
  returned: "bad",
};

export function StateTag({ state }: { state: Order["state"] }) {
  const t = useTexts(texts);
  return <span class={`tag ${LOOK[state] ?? ""}`}>{t.states[state]}</span>;
}
