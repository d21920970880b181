import { money } from "../format";
import { useTexts } from "../i18n";
import type { Alert } from "./figures";
import { texts } from "./texts";

const SHOWN = 4;

/** What somebody should look at now; told to screen readers as it comes. */
export function Alerts({ alerts }: { alerts: Alert[] }) {
  const t = useTexts(texts);
  const say = (alert: Alert) => {
    switch (alert.kind) {
      case "sold_out":
        return t.soldOut(alert.code);
      case "few_left":
        return t.fewLeft(alert.code, alert.left);
      case "payments":
        return t.payments(alert.orders, money(alert.amount));
    }
  };
  return (
    <section class="board-alerts" aria-labelledby="board-alerts" aria-live="polite">
      <h2 id="board-alerts">{t.alerts}</h2>
      {alerts.length === 0 ? (
        <p class="board-calm">{t.calm}</p>
      ) : (
        <ul>
          {alerts.slice(0, SHOWN).map((alert) => (
            <li key={say(alert)} class={`board-alert-${alert.kind}`}>
              {say(alert)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
