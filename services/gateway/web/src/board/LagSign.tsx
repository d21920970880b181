import { useTexts } from "../i18n";
import { decimal } from "../format";
import type { Lag } from "./lag";
import { texts } from "./texts";

/** Figures without their age would be believed when they are old. */
export function LagSign({ lag }: { lag: Lag }) {
  const t = useTexts(texts);
  const seconds = decimal(lag.seconds, lag.kind === "lost" ? 0 : 1);
  return (
    <p class={`board-lag ${lag.kind}`} role="status">
      {lag.kind === "lost" ? t.lost(seconds) : t.lag(seconds)}
    </p>
  );
}
