import { useTexts } from "../i18n";
import { Button, Field, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { lift, restrict } from "./api";
import { texts } from "./texts";
import type { ShopperCard } from "./types";

const DAY = 24 * 3_600_000;

interface Props {
  organiserId: string;
  card: ShopperCard;
  onDone: () => void;
}

/** Restricts a shopper with a reason and an end, or lifts it. */
export function RestrictForm({ organiserId, card, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const end = async (work: () => Promise<unknown>) => {
    if (await sending.run(work)) onDone();
  };
  function change(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const days = Number(form.get("days"));
    const until = days > 0 ? new Date(Date.now() + days * DAY).toISOString() : null;
    void end(() => restrict(organiserId, card.account_id, String(form.get("reason")), until));
  }
  if (card.restricted) {
    return (
      <>
        <Faults of={sending.problem} />
        <Button busy={sending.busy} onClick={() => void end(() => lift(organiserId, card.account_id))}>{t.lift}</Button>
      </>
    );
  }
  return (
    <form class="stack" onSubmit={change}>
      <Field label={t.reason} name="reason" required maxLength={200} />
      <Field label={t.days} hint={t.daysHint} name="days" type="number" min={0} max={365} defaultValue="30" />
      <Faults of={sending.problem} />
      <button class="button danger" disabled={sending.busy}>{t.restrict}</button>
    </form>
  );
}
