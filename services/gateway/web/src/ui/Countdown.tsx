import { useNow } from "../clock";
import { clockLeft } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** Counts down in sight; a screen reader is not told every second. */
export function Countdown({ until }: { until: string }) {
  const t = useTexts(texts);
  const left = Date.parse(until) - useNow();
  return (
    <time dateTime={until} class={left < 60_000 ? "countdown soon" : "countdown"}>
      {left <= 0 ? t.over : clockLeft(left)}
    </time>
  );
}
