import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useSending } from "../api/use";
import { wordsOfField } from "../api/words";
import { useLanguage, useTexts } from "../i18n";
import { me } from "../me";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { texts } from "./texts";

/** For producers, organisers and those who work for them. */
export function PasswordSignIn({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useSending();
  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await run(async () => {
      me.value = (await call("post", "/v1/sign-in/password", { body: { username, password } })).account;
    });
    if (done) onDone();
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Field
        label={t.username} autoComplete="username" autoCapitalize="none" name="username" value={username}
        wrong={wordsOfField(problem, "username", language)} onInput={(event) => setUsername(event.currentTarget.value)}
      />
      <Field
        label={t.password} type="password" autoComplete="current-password" name="password" value={password}
        wrong={wordsOfField(problem, "password", language)} onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <Problem of={problem} />
      <Button type="submit" look="main wide big" busy={busy}>{t.confirm}</Button>
    </form>
  );
}
