import { useState } from "preact/hooks";
import type { components } from "../api/schema";
import { DeskPanel } from "../desk/DeskPanel";
import "../desk/desk.css";
import { useTexts } from "../i18n";
import { FeedSign, Problem, useAnswer } from "../kit";
import type { Params } from "../routes";
import { moderates } from "../work/may";
import { useDesk } from "../work/useDesk";
import { WorkPage } from "../work/WorkPage";
import { ActList } from "./ActList";
import { ActSheet, type Wanted } from "./ActSheet";
import { BannedWords } from "./BannedWords";
import { CommentList } from "./CommentList";
import { MuteList } from "./MuteList";
import { SlowMode } from "./SlowMode";
import { texts } from "./texts";

type Schemas = components["schemas"];
/** Older ones have scrolled away for everybody. */
const SHOWN = 50;

/** The room as its moderators see it. */
export default function ModerationPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  const sessionId = params["session"] ?? "";
  const { room } = useDesk(sessionId);
  const session = room.session.value;
  const mutes = useAnswer<Schemas["Mutes"]>(`/v1/sessions/${sessionId}/mutes`);
  const acts = useAnswer<Schemas["ModerationActs"]>(session ? `/v1/organisers/${session.organiser_id}/moderation?session_id=${sessionId}&limit=20` : null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const comments = room.lines.value.flatMap((line) => (line.kind === "comment" ? [line.comment] : [])).reverse().slice(0, SHOWN);
  const again = () => {
    setWanted(null);
    mutes.again();
    acts.again();
  };
  return (
    <WorkPage title={`${t.moderation}: ${session?.title ?? ""}`} may={moderates}>
      <FeedSign feed={room.feed} />
      <Problem of={mutes.problem ?? acts.problem} />
      <div class="desk">
        <DeskPanel title={t.comments}>
          <CommentList comments={comments} onHide={(comment) => setWanted({ act: "hide", comment })} onMute={(comment) => setWanted({ act: "mute", comment })} />
        </DeskPanel>
        <DeskPanel title={t.mutes} count={mutes.value?.mutes.length}>
          <MuteList sessionId={sessionId} mutes={mutes.value?.mutes ?? []} onLifted={again} />
        </DeskPanel>
        <DeskPanel title={t.slow}>
          <SlowMode sessionId={sessionId} />
        </DeskPanel>
        {session && (
          <DeskPanel title={t.words}>
            <BannedWords organiserId={session.organiser_id} />
          </DeskPanel>
        )}
        <DeskPanel title={t.acts}>
          <ActList acts={acts.value?.acts ?? []} />
        </DeskPanel>
      </div>
      {wanted && <ActSheet wanted={wanted} onClose={() => setWanted(null)} onDone={again} />}
    </WorkPage>
  );
}
