import { useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { Button, Problem, useAnswer } from "../kit";
import type { Session, VideoSource as Source } from "../work/types";
import { texts } from "./texts";

/** Where the host's camera app sends the pictures; the key is shown to who asks for it. */
export function VideoSource({ session }: { session: Session }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState(false);
  const source = useAnswer<Source>(asked ? `/v1/sessions/${session.session_id}/video` : null);
  return (
    <section class="panel" aria-labelledby="video">
      <h2 id="video">{t.video}</h2>
      <p class="hint">{session.video ? t.videoOn : t.videoHint}</p>
      {!asked && <Button onClick={() => setAsked(true)}>{t.videoShow}</Button>}
      <Problem of={source.problem} />
      {source.value && (
        <dl class="facts">
          <dt>{t.videoServer}</dt>
          <dd><code>{source.value.server}</code></dd>
          <dt>{t.videoKey}</dt>
          <dd><code>{source.value.stream_key}</code></dd>
        </dl>
      )}
    </section>
  );
}
