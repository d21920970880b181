import { useState } from "preact/hooks";
import { call } from "../api/client";
import type { Session } from "../api/types";
import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { TextArea } from "../ui/TextArea";
import { texts } from "./texts";

type Asking = "go-live" | "end" | "stop" | null;

/** What changes the whole session, under the thumb but never by one slip. */
export function HostBar({ session }: { session: Session }) {
  const t = useTexts(texts);
  const [asking, setAsking] = useState<Asking>(null);
  const [reason, setReason] = useState("");
  const path = { id: session.session_id };
  const done = () => setAsking(null);
  return (
    <div class="host-bar">
      {session.state === "planned" ? (
        <Button look="main wide big" onClick={() => setAsking("go-live")}>{t.goLive}</Button>
      ) : (
        <div class="choices two">
          <Button look="wide" onClick={() => setAsking("end")}>{t.end}</Button>
          <Button look="danger wide" onClick={() => setAsking("stop")}>{t.stop}</Button>
        </div>
      )}
      {asking === "go-live" && (
        <Confirm title={t.goLiveTitle} yes={t.goLive} onYes={() => call("post", "/v1/sessions/{id}/go-live", { path })} onClose={done}>
          <p>{t.goLiveAsk}</p>
        </Confirm>
      )}
      {asking === "end" && (
        <Confirm title={t.endTitle} yes={t.end} danger onYes={() => call("post", "/v1/sessions/{id}/end", { path })} onClose={done}>
          <p>{t.endAsk}</p>
        </Confirm>
      )}
      {asking === "stop" && (
        <Confirm
          title={t.stopTitle} yes={t.stop} danger disabled={reason.trim() === ""}
          onYes={() => call("post", "/v1/sessions/{id}/stop", { path, body: { reason } })} onClose={done}
        >
          <p>{t.stopAsk}</p>
          <TextArea label={t.reason} name="reason" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </Confirm>
      )}
    </div>
  );
}
