import type { Session, Sessions } from "../work/types";
import { moment } from "../format";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { OrganiserFrame } from "./OrganiserFrame";
import { SessionLinks } from "./SessionLinks";
import { tag } from "../work/tone";
import { texts } from "./texts";

/** The organiser's sessions: what is on air, what comes, what was. */
export default function SessionsPage({ params }: { params: Params }) {
  const organiserId = params["organiser"] ?? "";
  const t = useTexts(texts);
  const { value, problem } = useAnswer<Sessions>(`/v1/sessions?organiser_id=${organiserId}&limit=100`);
  const sessions = [...(value?.sessions ?? [])].sort(byUrgency);
  return (
    <OrganiserFrame title={t.sessions} organiserId={organiserId}>
      <p>
        <a class="button main" href={`/organiser/${organiserId}/plan`}>
          {t.plan}
        </a>
      </p>
      <Problem of={problem} />
      {value && sessions.length === 0 && <p class="hint">{t.none}</p>}
      <ul class="cards">
        {sessions.map((session) => (
          <li key={session.session_id} class="card">
            <h2>
              <a href={`/organiser/session/${session.session_id}`}>{session.title}</a>
            </h2>
            <p>
              <span class={tag(session.state)}>{session.stopped_reason ? t.stopped : t[session.state]}</span>{" "}
              <time dateTime={session.starts_at}>{moment(session.starts_at)}</time>
            </p>
            <SessionLinks session={session} />
          </li>
        ))}
      </ul>
    </OrganiserFrame>
  );
}

const ORDER: Record<Session["state"], number> = { live: 0, planned: 1, ended: 2 };

/** On air first, then what comes next, then the newest of the past. */
function byUrgency(a: Session, b: Session): number {
  if (a.state !== b.state) return ORDER[a.state] - ORDER[b.state];
  const forward = a.starts_at.localeCompare(b.starts_at);
  return a.state === "ended" ? -forward : forward;
}
