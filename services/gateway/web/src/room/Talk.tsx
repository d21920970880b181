import { useEffect, useRef } from "preact/hooks";
import { useTexts } from "../i18n";
import type { Room } from "./room";
import { SayForm } from "./SayForm";
import { TalkLine } from "./TalkLine";
import { texts } from "./texts";

/** Near enough to the end to be taken along. */
const NEAR = 80;

interface Props {
  room: Room;
  sessionId: string;
  onSignIn: (then: () => void) => void;
}

/** What is said and done in the room; follows the newest unless somebody reads further up. */
export function Talk({ room, sessionId, onSignIn }: Props) {
  const t = useTexts(texts);
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const lines = room.lines.value;
  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    following.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  return (
    <section class="talk" aria-labelledby="talk">
      <h2 id="talk">{t.talk}</h2>
      <div class="talk-box" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-labelledby="talk">
        <ol>
          {lines.length === 0 && <li class="soft talk-none">{t.silence}</li>}
          {lines.map((line) => <TalkLine key={line.key} line={line} />)}
        </ol>
      </div>
      {room.session.value?.state === "live" && <SayForm sessionId={sessionId} onSignIn={onSignIn} />}
    </section>
  );
}
