import type { Photos } from "../work/types";
import { useTexts } from "../i18n";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { texts } from "./texts";

interface Props {
  path: string;
  onAdded: (photos: Photos) => void;
}

/** One more photo, with words for who cannot see it. */
export function PhotoForm({ path, onAdded }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  async function add(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const alt = encodeURIComponent(String(data.get("alt")));
    await sending.run(async () => {
      onAdded(await send<Photos>("POST", `${path}?alt=${alt}`, data.get("photo") as File));
      form.reset();
    });
  }
  return (
    <form class="form" onSubmit={(event) => void add(event)}>
      <div class="fields">
        <Field label={t.photoFile} hint={t.photoHint} name="photo" type="file" accept="image/jpeg,image/png,image/webp" required />
        <Field label={t.alt} hint={t.altHint} name="alt" maxLength={200} />
      </div>
      <Faults of={sending.problem} />
      <button class="button" disabled={sending.busy}>{t.addPhoto}</button>
    </form>
  );
}
