import { useId, useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { Field, useAnswer } from "../kit";
import { texts } from "./texts";
import type { FoundWards } from "./types";

interface Props {
  name: string;
  code?: string;
}

/** A commune, found by a few letters; its code is what the form has. */
export function WardField({ name, code = "" }: Props) {
  const t = useTexts(texts);
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState(code);
  const words = typed ?? "";
  const { value } = useAnswer<FoundWards>(words.length > 1 ? `/v1/wards?q=${encodeURIComponent(words)}` : null);
  function type(text: string) {
    setTyped(text);
    setChosen(value?.wards.find((ward) => ward.line === text)?.code ?? "");
  }
  return (
    <>
      <Field label={t.ward} hint={t.wardHint} required value={typed ?? code} list={list} autocomplete="off" onInput={(event) => type(event.currentTarget.value)} />
      <datalist id={list}>
        {value?.wards.map((ward) => <option key={ward.code} value={ward.line} />)}
      </datalist>
      <input type="hidden" name={name} value={chosen} />
    </>
  );
}
