import { useTexts } from "../i18n";
import { useNow } from "../kit";
import { texts } from "./texts";
import { clockLeft, soon } from "./time";

/** Counts down in sight; a screen reader is not told every second. */
export function Countdown({ until }: { until: string }) {
  const t = useTexts(texts);
  const now = useNow();
  const over = Date.parse(until) <= now;
  return (
    <time dateTime={until} class={soon(until, now) ? "countdown soon" : "countdown"}>
      {over ? t.gone : clockLeft(until, now)}
    </time>
  );
}
