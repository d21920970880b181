import { useState } from "preact/hooks";
import { call } from "../api/client";
import type { Hold } from "../api/types";
import { useSending } from "../api/use";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { Countdown } from "../ui/Countdown";
import { Problem } from "../ui/Problem";
import { toast } from "../ui/Toasts";
import type { Mine } from "./mine";
import type { Room } from "./room";
import { texts } from "./texts";

interface Props {
  room: Room;
  mine: Mine;
  onCheckOut: () => void;
}

/** What is held for this person and until when, and where they stand in line. */
export function MyHolds({ room, mine, onCheckOut }: Props) {
  const t = useTexts(texts);
  const [givingBack, setGivingBack] = useState<string | null>(null);
  const { busy, problem, run } = useSending();
  const holds = mine.holds.value;
  const waiting = mine.waiting.value;
  if (holds.length + waiting.length === 0) return null;
  const offers = room.offersById.value;
  const codeOf = (offerId: string) => offers.get(offerId)?.claim_code ?? "";
  const sum = holds.reduce((all, hold) => all + hold.units * (offers.get(hold.offer_id)?.live_price ?? 0), 0);
  const giveBack = async (offerId: string) => {
    const body = { lines: [{ offer_id: offerId, units: 0 }] };
    const path = { id: room.session.peek()?.session_id ?? "" };
    await call("post", "/v1/sessions/{id}/claims", { path, body });
    await mine.look();
  };
  const extend = (hold: Hold) =>
    run(async () => {
      await call("post", "/v1/offers/{id}/hold/extend", { path: { id: hold.offer_id } });
      toast(t.extended);
      await mine.look();
    });
  return (
    <section class="card stack holds" aria-labelledby="holds">
      {holds.length > 0 && (
        <>
          <h2 id="holds">{t.myHolds}</h2>
          <ul class="rows">
            {holds.map((hold) => (
              <li key={hold.hold_id}>
                <span class="holds-what">
                  <b class="code">{codeOf(hold.offer_id)}</b> ×{hold.units} <span class="soft">{offers.get(hold.offer_id)?.title}</span>
                </span>
                <Countdown until={hold.until} />
                <span class="holds-acts">
                  {!hold.extended && <Button look="plain" busy={busy} onClick={() => extend(hold)}>{t.extend}</Button>}
                  <Button look="plain" onClick={() => setGivingBack(hold.offer_id)}>{t.giveBack}</Button>
                </span>
              </li>
            ))}
          </ul>
          <Problem of={problem} />
          <Button look="main wide big" onClick={onCheckOut}>
            <span>{t.checkOut}</span>
            <span class="claim-sum">{money(sum)}</span>
          </Button>
        </>
      )}
      {waiting.length > 0 && (
        <>
          <h2 id={holds.length > 0 ? undefined : "holds"}>{t.waiting}</h2>
          <ul class="rows" aria-live="polite">
            {waiting.map((wait) => (
              <li key={wait.wait_id}>
                <b class="code">{codeOf(wait.offer_id)}</b> ×{wait.units} <span class="soft">{t.place(wait.before)}</span>
                <span class="push"><Button look="plain" busy={busy} onClick={() => run(() => giveBack(wait.offer_id))}>{t.leave}</Button></span>
              </li>
            ))}
          </ul>
        </>
      )}
      {givingBack !== null && (
        <Confirm
          title={t.giveBackTitle(codeOf(givingBack))} yes={t.giveBack} danger
          onYes={() => giveBack(givingBack)} onClose={() => setGivingBack(null)}
        >
          <p>{t.giveBackAsk}</p>
        </Confirm>
      )}
    </section>
  );
}
