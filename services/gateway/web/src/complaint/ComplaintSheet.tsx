import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useSending } from "../api/use";
import { wordsOfField } from "../api/words";
import { useLanguage, useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Choices } from "../ui/Choices";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import { TextArea } from "../ui/TextArea";
import { toast } from "../ui/Toasts";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  /** What was looked at. */
  offerId: string | undefined;
  onClose: () => void;
}

const CATEGORIES = ["goods", "price", "conduct", "fraud", "other"] as const;
type Category = (typeof CATEGORIES)[number];

/** Every viewer can complain from where they watch (Law 122/2025/QH15, Art. 22). */
export default function ComplaintSheet({ sessionId, offerId, onClose }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [category, setCategory] = useState<Category>("goods");
  const [text, setText] = useState("");
  const { busy, problem, run, keyFor } = useSending();
  const wrong = wordsOfField(problem, "text", language);
  const file = async (event: Event) => {
    event.preventDefault();
    const body = { category, text, offer_id: offerId };
    const filed = await run(async () => {
      const path = { id: sessionId };
      const { number } = await call("post", "/v1/sessions/{id}/complaints", { path, body, key: keyFor(body) });
      toast(t.filed(number));
    });
    if (filed) onClose();
  };
  return (
    <Sheet title={t.title} onClose={onClose}>
      <form class="stack" onSubmit={file} noValidate>
        <p class="soft">{t.hint}</p>
        <Choices
          label={t.about} two chosen={category} onChoose={setCategory}
          options={CATEGORIES.map((value) => ({ value, label: t.categories[value] }))}
        />
        <TextArea label={t.text} name="complaint" maxLength={2000} value={text} wrong={wrong} onInput={(event) => setText(event.currentTarget.value)} />
        {!wrong && <Problem of={problem} />}
        <Button type="submit" look="main wide big" busy={busy}>{t.send}</Button>
      </form>
    </Sheet>
  );
}
