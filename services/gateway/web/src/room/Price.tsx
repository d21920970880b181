import type { Offer } from "../api/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** The price in this session, and the usual one if that is more. */
export function Price({ offer }: { offer: Offer }) {
  const t = useTexts(texts);
  return (
    <p class="price">
      <strong>{money(offer.live_price)}</strong>
      {offer.list_price > offer.live_price && (
        <s class="soft">
          <span class="unseen">{t.listPrice} </span>
          {money(offer.list_price)}
        </s>
      )}
    </p>
  );
}
