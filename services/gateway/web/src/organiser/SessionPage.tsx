import { useState } from "preact/hooks";
import type { Offer, Session, SessionUnits } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { nextCode } from "./codes";
import { type Chosen, GoodsFinder } from "./GoodsFinder";
import { Lineup } from "./Lineup";
import { OrganiserFrame } from "./OrganiserFrame";
import { ProposeForm } from "./ProposeForm";
import { RestockForm } from "./RestockForm";
import { SessionEdit } from "./SessionEdit";
import { SessionLinks } from "./SessionLinks";
import { texts } from "./texts";
import { VideoSource } from "./VideoSource";

/** One session: when it is, and what is in its line-up. */
export default function SessionPage({ params }: { params: Params }) {
  const sessionId = params["session"] ?? "";
  const t = useTexts(texts);
  const session = useAnswer<Session>(`/v1/sessions/${sessionId}`);
  const units = useAnswer<SessionUnits>(`/v1/sessions/${sessionId}/units`);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [restocked, setRestocked] = useState<Offer | null>(null);
  const shown = session.value;
  if (!shown) return <Problem of={session.problem} />;
  const again = () => {
    setChosen(null);
    setRestocked(null);
    session.again();
    units.again();
  };
  const over = shown.state === "ended";
  const known = new Map(units.value?.offers.map((offer) => [offer.offer_id, offer]));
  return (
    <OrganiserFrame title={shown.title} organiserId={shown.organiser_id}>
      <SessionLinks session={shown} />
      {over ? <p class="hint">{t.overNow}</p> : <SessionEdit session={shown} onDone={again} />}
      <Lineup offers={shown.offers} units={known} onRestock={over ? undefined : setRestocked} />
      {restocked && <RestockForm key={restocked.offer_id} offer={restocked} onDone={again} onCancel={() => setRestocked(null)} />}
      {!over && (
        <section class="panel" aria-labelledby="propose">
          <h2 id="propose">{t.propose}</h2>
          {chosen ? (
            <ProposeForm
              key={chosen.variant.variant_id}
              sessionId={sessionId}
              chosen={chosen}
              code={nextCode(shown.offers.map((offer) => offer.claim_code))}
              onDone={again}
              onCancel={() => setChosen(null)}
            />
          ) : (
            <GoodsFinder onChoose={setChosen} />
          )}
        </section>
      )}
      {!over && <VideoSource session={shown} />}
    </OrganiserFrame>
  );
}
