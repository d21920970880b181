import type { components } from "../api/schema";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { Button, Problem, useSending } from "../kit";
import { liftMute } from "./api";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  mutes: components["schemas"]["Mute"][];
  onLifted: () => void;
}

/** Who may not comment now, and why. */
export function MuteList({ sessionId, mutes, onLifted }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  if (mutes.length === 0) return <p class="hint">{t.noMutes}</p>;
  const lift = (accountId: string) =>
    void sending.run(async () => {
      await liftMute(sessionId, accountId, t.lifted);
      onLifted();
    });
  return (
    <>
      <Problem of={sending.problem} />
      <ul class="rows">
        {mutes.map((one) => (
          <li key={one.account_id}>
            <span class="grow">
              <b>{one.author_name}</b> {one.reason}
            </span>
            <small>{one.until == null ? t.toTheEnd : t.until(moment(one.until))}</small>
            <Button busy={sending.busy} onClick={() => lift(one.account_id)} aria-label={`${t.lift}: ${one.author_name}`}>{t.lift}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
