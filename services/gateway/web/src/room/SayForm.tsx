import { useState } from "preact/hooks";
import { call } from "../api/client";
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
  const { busy, problem, run, keyFor } = useSending();
  if (!me.value) return <Button look="wide" onClick={() => onSignIn(() => undefined)}>{t.signInToSay}</Button>;
  const say = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    const path = { id: sessionId };
    const said = await run(() => call("post", "/v1/sessions/{id}/comments", { path, body: { text }, key: keyFor(text) }));
    if (said) setText("");
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
