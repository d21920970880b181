import type { Waiting } from "../work/types";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  waiting: Waiting[];
  codes: Map<string, string>;
}

/** Who waits for what is gone, in the order of their lines. */
export function WaitList({ waiting, codes }: Props) {
  const t = useTexts(texts);
  if (waiting.length === 0) return <p class="hint">{t.waitingNone}</p>;
  return (
    <ol class="rows">
      {waiting.map((one) => (
        <li key={one.wait_id}>
          <b class="code">{codes.get(one.offer_id)}</b>
          <span>×{one.units}</span>
          <span class="grow">{one.shopper_name}</span>
          <small>{t.before(one.before)}</small>
        </li>
      ))}
    </ol>
  );
}
