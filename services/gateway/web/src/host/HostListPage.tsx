import { Link } from "wouter-preact";
import type { Session } from "../api/types";
import { useAnswer } from "../api/use";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { hasRole } from "../me";
import { Guard } from "../ui/Guard";
import { Page } from "../ui/Page";
import { Problem } from "../ui/Problem";
import { texts } from "./texts";

/** Which session is to be hosted? */
export default function HostListPage() {
  const t = useTexts(texts);
  return (
    <Guard title={t.host} may={(account) => hasRole(account, "organiser", "host")}>
      {(account) => (
        <Page title={t.host}>
          <div class="stack">
            <h1>{t.mine}</h1>
            {account.memberships.map(({ organiser_id }) => <SessionsOf key={organiser_id} organiser={organiser_id} />)}
          </div>
        </Page>
      )}
    </Guard>
  );
}

function SessionsOf({ organiser }: { organiser: string }) {
  const t = useTexts(texts);
  const { value, problem } = useAnswer<{ sessions: Session[] }>(`/v1/sessions?organiser_id=${organiser}`);
  const rank = { live: 0, planned: 1, ended: 2 };
  const sessions = value?.sessions.toSorted((a, b) => rank[a.state] - rank[b.state]);
  return (
    <>
      <Problem of={problem} />
      {sessions?.length === 0 && <p class="note">{t.none}</p>}
      <ul class="rows">
        {sessions?.map((session) => (
          <li key={session.session_id}>
            <Link href={`/host/${session.session_id}`}>{session.title}</Link>
            <span class="small soft">{moment(session.starts_at)}</span>
            <span class={`tag push ${session.state === "live" ? "good" : ""}`}>{t.states[session.state]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
