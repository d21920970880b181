import { useTexts } from "../i18n";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** Fields that say themselves what is wrong. */
const FIELDS = ["name", "username", "password"];
const ROLES = ["host", "volunteer", "moderator", "organiser"] as const;

/** Takes somebody on, with an account of their own. */
export function MemberForm({ path, onDone }: { path: string; onDone: () => void }) {
  const t = useTexts(texts);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  async function takeOn(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = Object.fromEntries(new FormData(form));
    if (await sending.run(() => send("POST", path, body))) {
      form.reset();
      onDone();
    }
  }
  return (
    <form class="form panel" onSubmit={(event) => void takeOn(event)} autocomplete="off">
      <h2>{t.takeOn}</h2>
      <div class="fields">
        <Field label={t.name} name="name" wrong={wrong("name")} required />
        <Field label={t.username} name="username" wrong={wrong("username")} required autocomplete="off" />
        <Field label={t.password} name="password" wrong={wrong("password")} type="password" required autocomplete="new-password" />
        <label class="field">
          {t.role}
          <select name="role">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t.roles[role]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Faults of={sending.problem} shown={FIELDS} />
      <button class="button main" disabled={sending.busy}>
        {t.takeOn}
      </button>
    </form>
  );
}
