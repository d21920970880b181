import { day } from "../format";
import { useTexts } from "../i18n";
import { Field, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { lift, restrict } from "./api";
import { texts } from "./texts";
import type { ShopperCard } from "./types";

const DAY = 24 * 3_600_000;

interface Props {
  sessionId: string;
  card: ShopperCard;
  onDone: () => void;
}

/** Restricts a shopper with a reason and an end, or lifts it; both are kept. */
export function RestrictForm({ sessionId, card, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const restriction = card.restriction;
  async function change(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reason = String(form.get("reason"));
    const days = Number(form.get("days"));
    const until = days > 0 ? new Date(Date.now() + days * DAY).toISOString() : null;
    const work = () => (restriction ? lift(sessionId, card.account_id, reason) : restrict(sessionId, card.account_id, reason, until));
    if (await sending.run(work)) onDone();
  }
  return (
    <form class="stack" onSubmit={(event) => void change(event)} key={restriction?.restriction_id}>
      {restriction && (
        <p class="note warn">
          {t.restricted}: {restriction.reason}
          {restriction.until && ` · ${t.untilDay(day(restriction.until))}`}
        </p>
      )}
      <Field label={t.reason} name="reason" required maxLength={200} />
      {!restriction && <Field label={t.days} hint={t.daysHint} name="days" type="number" min={0} max={365} defaultValue="30" />}
      <Faults of={sending.problem} />
      <button class="button danger" disabled={sending.busy}>{restriction ? t.lift : t.restrict}</button>
    </form>
  );
}
