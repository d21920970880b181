import { useState } from "preact/hooks";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Later } from "../ui/Later";
import { Page } from "../ui/Page";
import { Skeleton } from "../ui/Skeleton";
import { RoomView } from "./RoomView";
import { texts } from "./texts";
import { useRoom } from "./use";
import "./room.css";

/** A session, for whoever comes: watched without signing in, joined with a phone number. */
export default function RoomPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  const sessionId = params["session"] ?? "";
  const both = useRoom(sessionId);
  const [after, setAfter] = useState<(() => void) | null>(null);
  const session = both?.room.session.value;

  if (both?.room.feed.state.value === "refused") {
    return <Page title="Phiên"><p class="note">{t.gone}</p></Page>;
  }
  if (!both || !session) {
    return (
      <Page title="Phiên" wide bare>
        <div class="room">
          <div class="stage"><Skeleton height="min(50vw, 24rem)" /></div>
        </div>
      </Page>
    );
  }
  return (
    <Page title={session.title} wide bare>
      <RoomView room={both.room} mine={both.mine} sessionId={sessionId} onSignIn={(then) => setAfter(() => then)} />
      {after && (
        <Later
          load={() => import("../shopper/SignInSheet")}
          props={{
            onClose: () => setAfter(null),
            onDone: () => {
              setAfter(null);
              after();
            },
          }}
        />
      )}
    </Page>
  );
}
