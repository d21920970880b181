import type { Session } from "../api/types";
import { useAnswer } from "../api/use";
import { useTexts } from "../i18n";
import { Page } from "../ui/Page";
import { Problem } from "../ui/Problem";
import { Skeleton } from "../ui/Skeleton";
import { LiveCard } from "./LiveCard";
import { SoonCard } from "./SoonCard";
import { texts } from "./texts";
import "./home.css";

interface Sessions {
  sessions: Session[];
}

/** What is on air, and what is coming. */
export default function HomePage() {
  const t = useTexts(texts);
  const live = useAnswer<Sessions>("/v1/sessions?state=live");
  const soon = useAnswer<Sessions>("/v1/sessions?state=planned");
  const coming = soon.value?.sessions.toSorted((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
  return (
    <Page title="Phiên" wide>
      <div class="stack home">
        <header>
          <h1>{t.fair}</h1>
          <p class="soft">{t.tagline}</p>
        </header>
        <section class="stack" aria-label={t.liveNow}>
          <h2>{t.liveNow}</h2>
          <Problem of={live.problem} />
          {!live.value && !live.problem && <Skeleton height="13rem" />}
          {live.value?.sessions.length === 0 && <p class="note">{t.nothingLive}</p>}
          <ul class="home-cards">
            {live.value?.sessions.map((session) => <LiveCard key={session.session_id} session={session} />)}
          </ul>
        </section>
        <section class="stack" aria-label={t.soon}>
          <h2>{t.soon}</h2>
          {coming?.length === 0 && <p class="note">{t.nothingSoon}</p>}
          <ul class="home-cards">
            {coming?.map((session) => <SoonCard key={session.session_id} session={session} />)}
          </ul>
        </section>
      </div>
    </Page>
  );
}
