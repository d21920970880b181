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

/** Phone, then the code that came to it: whoever knows a phone number can buy. */
export function PhoneSignIn({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [signIn, setSignIn] = useState<string | null>(null);
  const { busy, problem, run } = useSending();

  const ask = () =>
    run(async () => setSignIn((await call("post", "/v1/sign-in/phone", { body: { phone } })).sign_in_id));
  const confirm = async (id: string) => {
    const body = { sign_in_id: id, code, name: name.trim() || undefined };
    const done = await run(async () => {
      me.value = (await call("post", "/v1/sign-in/phone/confirm", { body })).account;
    });
    if (done) onDone();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void (signIn === null ? ask() : confirm(signIn));
  };
  const wrong = (field: string) => wordsOfField(problem, field, language);

  return (
    <form class="stack" onSubmit={submit} noValidate>
      {signIn === null ? (
        <Field
          label={t.phone} type="tel" inputMode="tel" autoComplete="tel" name="phone" value={phone}
          wrong={wrong("phone")} onInput={(event) => setPhone(event.currentTarget.value)}
        />
      ) : (
        <>
          <p class="note good" role="status">{t.codeSent(phone)}</p>
          <Field
            label={t.code} inputMode="numeric" autoComplete="one-time-code" name="code" maxLength={6} value={code}
            wrong={wrong("code")} onInput={(event) => setCode(event.currentTarget.value)}
          />
          <Field
            label={t.name} hint={t.nameHint} autoComplete="name" name="name" value={name}
            wrong={wrong("name")} onInput={(event) => setName(event.currentTarget.value)}
          />
        </>
      )}
      <Problem of={problem} />
      <Button type="submit" look="main wide big" busy={busy}>
        {signIn === null ? t.sendCode : t.confirm}
      </Button>
      {signIn !== null && <Button look="plain" onClick={() => setSignIn(null)}>{t.otherPhone}</Button>}
    </form>
  );
}
