import type { components } from "../api/schema";
import { useTexts } from "../i18n";
import { Problem, TextArea, toast, useAnswer, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { banWords, wordsPath } from "./api";
import { texts } from "./texts";

/** Words that no comment of the organiser's sessions may have. */
export function BannedWords({ organiserId }: { organiserId: string }) {
  const t = useTexts(texts);
  const known = useAnswer<components["schemas"]["BannedWordsBody"]>(wordsPath(organiserId));
  const sending = useSending();
  function save(event: SubmitEvent) {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget as HTMLFormElement).get("words"));
    const words = typed.split("\n").map((word) => word.trim()).filter(Boolean);
    void sending.run(async () => {
      await banWords(organiserId, words);
      toast(t.saved);
    });
  }
  if (!known.value) return <Problem of={known.problem} />;
  return (
    <form class="stack" onSubmit={save}>
      <TextArea label={t.words} hint={t.wordsHint} name="words" rows={4} defaultValue={known.value.words.join("\n")} />
      <Faults of={sending.problem} />
      <button class="button" disabled={sending.busy}>{t.save}</button>
    </form>
  );
}
