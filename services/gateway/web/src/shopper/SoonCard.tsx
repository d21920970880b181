import { Link } from "wouter-preact";
import type { Session } from "../api/types";
import { useNow } from "../clock";
import { clockLeft, moment } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

const TODAY = 12 * 3_600_000;

/** A session that is coming. */
export function SoonCard({ session }: { session: Session }) {
  const t = useTexts(texts);
  const left = Date.parse(session.starts_at) - useNow();
  return (
    <li>
      <Link class="home-card soon" href={`/s/${session.session_id}`}>
        <div class="home-card-words">
          <h3>{session.title}</h3>
          <p>
            <time dateTime={session.starts_at}>{t.startsAt(moment(session.starts_at))}</time>
            {left > 0 && left < TODAY && <span class="soft"> · {t.startsIn(clockLeft(left))}</span>}
          </p>
          {session.description && <p class="soft home-card-about">{session.description}</p>}
        </div>
      </Link>
    </li>
  );
}
