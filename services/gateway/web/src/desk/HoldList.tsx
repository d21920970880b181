import type { Hold } from "../work/types";
import { useTexts } from "../i18n";
import { Countdown } from "../kit";
import { texts } from "./texts";

interface Props {
  holds: Hold[];
  codes: Map<string, string>;
  onShopper: (accountId: string, name: string) => void;
}

/** Units that are kept for somebody, soonest deadline first. */
export function HoldList({ holds, codes, onShopper }: Props) {
  const t = useTexts(texts);
  if (holds.length === 0) return <p class="hint">{t.holdsNone}</p>;
  return (
    <ul class="rows">
      {holds.map((hold) => (
        <li key={hold.hold_id}>
          <b class="code">{codes.get(hold.offer_id)}</b>
          <span>×{hold.units}</span>
          <button type="button" class="link grow" onClick={() => onShopper(hold.account_id, hold.shopper_name)}>
            {hold.shopper_name}
          </button>
          {hold.assisted_by && <small>{t.assisted}</small>}
          <Countdown until={hold.until} />
        </li>
      ))}
    </ul>
  );
}
