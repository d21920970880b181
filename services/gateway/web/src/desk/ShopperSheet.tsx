import { number } from "../format";
import { useTexts } from "../i18n";
import { Problem, Sheet, useAnswer } from "../kit";
import type { KeptInSession } from "../work/types";
import { shopperPath } from "./api";
import { MergeForm } from "./MergeForm";
import { Restrictions } from "./Restrictions";
import { RestrictForm } from "./RestrictForm";
import { texts } from "./texts";
import type { ShopperCard } from "./types";

interface Props {
  sessionId: string;
  organiserId: string;
  /** Only the organiser and its hosts restrict. */
  mayRestrict: boolean;
  shopper: { accountId: string; name: string };
  kept: KeptInSession | null;
  codes: Map<string, string>;
  onClose: () => void;
}

/** What the organiser knows of a shopper from its own sessions, and a restriction if there must be one. */
export function ShopperSheet({ sessionId, organiserId, mayRestrict, shopper, kept, codes, onClose }: Props) {
  const t = useTexts(texts);
  const card = useAnswer<ShopperCard>(shopperPath(sessionId, shopper.accountId));
  const value = card.value;
  const figures = value && [
    [t.ordersPlaced, value.orders_placed],
    [t.ordersPaid, value.orders_paid],
    [t.ordersExpired, value.orders_expired],
    [t.ordersCancelled, value.orders_cancelled],
    [t.ordersReturned, value.orders_returned],
    [t.claimsKept, value.holds_kept],
    [t.claimsLapsed, value.holds_lapsed],
  ] as const;
  return (
    <Sheet title={shopper.name} onClose={onClose}>
      <Problem of={card.problem} />
      {figures && (
        <dl class="shopper-card">
          {figures.map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{number(count)}</dd>
            </div>
          ))}
        </dl>
      )}
      {kept && <MergeForm sessionId={sessionId} accountId={shopper.accountId} kept={kept} codes={codes} onDone={onClose} />}
      {value && <Restrictions card={value} />}
      {value && mayRestrict && <RestrictForm organiserId={organiserId} card={value} onDone={card.again} />}
    </Sheet>
  );
}
