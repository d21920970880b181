import { useRef, useState } from "preact/hooks";
import { call, newKey } from "../api/client";
import { useSending } from "../api/use";
import { useTexts } from "../i18n";
import { me } from "../me";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  onSignIn: (then: () => void) => void;
}

/** A comment; one that says so is a claim, as in any livestream. */
export function SayForm({ sessionId, onSignIn }: Props) {
  const t = useTexts(texts);
  const [text, setText] = useState("");
  // Sent again after a failure it is the same comment, unless it has been changed.
  const sent = useRef({ text: "", key: "" });
  const { busy, problem, run } = useSending();
  if (!me.value) return <Button look="wide" onClick={() => onSignIn(() => undefined)}>{t.signInToSay}</Button>;
  const say = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    if (text !== sent.current.text) sent.current = { text, key: newKey() };
    const { key } = sent.current;
    const said = await run(() => call("post", "/v1/sessions/{id}/comments", { path: { id: sessionId }, body: { text }, key }));
    if (!said) return;
    sent.current = { text: "", key: "" };
    setText("");
  };
  return (
    <form class="stack say" onSubmit={say}>
      <Problem of={problem} />
      <div class="field say-row">
        <input
          name="comment" aria-label={t.sayLabel} placeholder={t.say} maxLength={300} value={text}
          autoComplete="off" enterkeyhint="send" onInput={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" busy={busy}>{t.send}</Button>
      </div>
    </form>
  );
}
