import type { Waiting } from "../work/types";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  waiting: Waiting[];
  codes: Map<string, string>;
  onShopper: (accountId: string, name: string) => void;
}

/** Who waits for what is gone, in the order of their lines. */
export function WaitList({ waiting, codes, onShopper }: Props) {
  const t = useTexts(texts);
  if (waiting.length === 0) return <p class="hint">{t.waitingNone}</p>;
  return (
    <ol class="rows">
      {waiting.map((one) => (
        <li key={one.wait_id}>
          <b class="code">{codes.get(one.offer_id)}</b>
          <span>×{one.units}</span>
          <button type="button" class="link grow" onClick={() => onShopper(one.account_id, one.shopper_name)}>
            {one.shopper_name}
          </button>
          <small>{t.before(one.before)}</small>
        </li>
      ))}
    </ol>
  );
}
