import { Link } from "wouter-preact";
import type { Session } from "../api/types";
import { useTexts } from "../i18n";
import { Poster } from "../ui/Poster";
import { texts } from "./texts";

/** A session that is on air. */
export function LiveCard({ session }: { session: Session }) {
  const t = useTexts(texts);
  return (
    <li>
      <Link class="home-card" href={`/s/${session.session_id}`}>
        <Poster of={session.session_id}>
          <span class="tag brand live-dot">{t.liveNow}</span>
        </Poster>
        <div class="home-card-words">
          <h3>{session.title}</h3>
          {session.description && <p class="soft home-card-about">{session.description}</p>}
          <span class="button main wide">{t.enter}</span>
        </div>
      </Link>
    </li>
  );
}
