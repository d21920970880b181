import type { Session } from "../work/types";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { Field, TextArea, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { timeToType, typedTime } from "./plan";
import { tag } from "../work/tone";
import { texts } from "./texts";

interface Props {
  session: Session;
  onDone: () => void;
}

/** Its name until it is over, its time until it begins. */
export function SessionEdit({ session, onDone }: Props) {
  const t = useTexts(texts);
  const path = `/v1/sessions/${session.session_id}`;
  const sending = useSending();
  async function change(event: SubmitEvent, tell: (form: FormData) => Promise<unknown>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    if (await sending.run(() => tell(form))) onDone();
  }
  const rename = (form: FormData) =>
    send("PUT", `${path}/title`, { title: form.get("title"), description: form.get("description") || null });
  const move = (form: FormData) =>
    send("POST", `${path}/reschedule`, { starts_at: typedTime(String(form.get("starts_at"))) });
  return (
    <div class="panels">
      <p class="moment">
        <span class={tag(session.state)}>{t[session.state]}</span>{" "}
        {moment(session.starts_at)}
      </p>
      <Faults of={sending.problem} />
      {session.state === "planned" && (
        <details>
          <summary>{t.move}</summary>
          <form class="form" onSubmit={(event) => void change(event, move)}>
            <Field label={t.startsAt} hint={t.startsAtHint} name="starts_at" type="datetime-local" required defaultValue={timeToType(session.starts_at)} />
            <button class="button" disabled={sending.busy}>
              {t.move}
            </button>
          </form>
        </details>
      )}
      <details>
        <summary>{t.rename}</summary>
        <form class="form" onSubmit={(event) => void change(event, rename)}>
          <Field label={t.title} name="title" required maxLength={120} defaultValue={session.title} />
          <TextArea label={t.description} name="description" rows={3} maxLength={2000} defaultValue={session.description ?? ""} />
          <button class="button" disabled={sending.busy}>
            {t.save}
          </button>
        </form>
      </details>
    </div>
  );
}
