import { Link } from "wouter-preact";
import { moment, number } from "../format";
import { useTexts } from "../i18n";
import { Countdown } from "../ui/Countdown";
import { FeedSign } from "../ui/FeedSign";
import { Later } from "../ui/Later";
import { Poster } from "../ui/Poster";
import type { Room } from "./room";
import { texts } from "./texts";

/** What the session is, whether it is on air, and how many watch. */
export function Stage({ room }: { room: Room }) {
  const t = useTexts(texts);
  const session = room.session.value;
  if (!session) return null;
  const state = session.stopped_reason ? "stopped" : session.state;
  const playing = session.state === "live" && session.video;
  return (
    <header class={playing ? "stage playing" : "stage"}>
      <Poster of={session.session_id}>
        {playing && <Later load={() => import("./Video")} props={{ sessionId: session.session_id }} />}
        <Link class="stage-back" href="/" aria-label={t.back}>‹</Link>
        <span class={state === "live" ? "tag brand live-dot" : "tag"}>{t[state]}</span>
        {room.viewers.value > 0 && <span class="tag push">{t.watching(number(room.viewers.value))}</span>}
        <div class="stage-words">
          <h1>{session.title}</h1>
          {state === "planned" && (
            <p>
              {t.begins(moment(session.starts_at))} · <Countdown until={session.starts_at} />
            </p>
          )}
        </div>
      </Poster>
      <FeedSign feed={room.feed} />
    </header>
  );
}
