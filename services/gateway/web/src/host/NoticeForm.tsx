import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useSending } from "../api/use";
import { wordsOfField } from "../api/words";
import { useLanguage, useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import { TextArea } from "../ui/TextArea";
import { toast } from "../ui/Toasts";
import { texts } from "./texts";

/** A word to everybody in the room. */
export function NoticeForm({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [text, setText] = useState("");
  const [warning, setWarning] = useState(false);
  const { busy, problem, run } = useSending();
  const wrong = wordsOfField(problem, "text", language);
  const send = async (event: Event) => {
    event.preventDefault();
    const body = { text, warning };
    if (!(await run(() => call("post", "/v1/sessions/{id}/notices", { path: { id: sessionId }, body })))) return;
    setText("");
    toast(t.sent);
  };
  return (
    <form class="card stack" onSubmit={send} noValidate aria-labelledby="notice">
      <h2 id="notice">{t.notice}</h2>
      <TextArea label={t.noticeText} name="notice" value={text} wrong={wrong} onInput={(event) => setText(event.currentTarget.value)} />
      <label class="choice">
        <input type="checkbox" checked={warning} onChange={(event) => setWarning(event.currentTarget.checked)} />
        {t.warning}
      </label>
      {!wrong && <Problem of={problem} />}
      <Button type="submit" busy={busy}>{t.send}</Button>
    </form>
  );
}
