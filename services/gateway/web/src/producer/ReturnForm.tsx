import { useTexts } from "../i18n";
import { Field } from "../kit";
import { texts } from "./texts";

interface Props {
  busy: boolean;
  onReturn: (restock: boolean, reason: string) => void;
  onCancel: () => void;
}

/** A parcel that came back: do its goods go back on hand, or are they written off? */
export function ReturnForm({ busy, onReturn, onCancel }: Props) {
  const t = useTexts(texts);
  function confirm(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    onReturn(form.has("restock"), String(form.get("reason")));
  }
  return (
    <form class="form" onSubmit={confirm}>
      <label class="check">
        <input type="checkbox" name="restock" defaultChecked /> {t.restock}
      </label>
      <Field label={t.reason} name="reason" maxLength={200} required />
      <p class="buttons">
        <button class="button main" disabled={busy}>{t.confirm}</button>
        <button type="button" class="button" onClick={onCancel}>{t.cancel}</button>
      </p>
    </form>
  );
}
