import type { Comment } from "../api/types";
import { useTexts } from "../i18n";
import { Field, Sheet, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { hide, mute } from "./api";
import { texts } from "./texts";

export interface Wanted {
  act: "hide" | "mute";
  comment: Comment;
}

interface Props {
  wanted: Wanted;
  onClose: () => void;
  onDone: () => void;
}

/** Nothing is hidden and nobody muted without a reason, which is kept. */
export function ActSheet({ wanted: { act, comment }, onClose, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  async function confirm(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reason = String(form.get("reason"));
    const minutes = Number(form.get("minutes")) || null;
    if (await sending.run(() => (act === "hide" ? hide(comment, reason) : mute(comment, reason, minutes)))) onDone();
  }
  return (
    <Sheet title={act === "hide" ? t.hideTitle(comment.author_name) : t.muteTitle(comment.author_name)} onClose={onClose}>
      <q>{comment.text}</q>
      <form class="stack" onSubmit={(event) => void confirm(event)}>
        <Field label={t.reason} name="reason" required maxLength={500} />
        {act === "mute" && <Field label={t.minutes} hint={t.minutesHint} name="minutes" type="number" min={1} max={1440} />}
        <Faults of={sending.problem} />
        <button class="button danger wide" disabled={sending.busy}>{t[act]}</button>
      </form>
    </Sheet>
  );
}
