import { money } from "../format";
import { useTexts } from "../i18n";
import { Countdown } from "../ui/Countdown";
import type { Bought } from "./sums";
import { texts } from "./texts";

/** What is about to be ordered, and until when it is kept. */
export function BoughtList({ bought }: { bought: readonly Bought[] }) {
  const t = useTexts(texts);
  return (
    <ul class="rows" aria-label={t.yourGoods}>
      {bought.map(({ hold, offer }) => (
        <li key={hold.hold_id}>
          <span class="bought-what">
            <b class="code">{offer.claim_code}</b> {offer.title} <span class="soft">×{hold.units}</span>
          </span>
          <Countdown until={hold.until} />
          <span>{money(hold.units * offer.live_price)}</span>
        </li>
      ))}
    </ul>
  );
}
