import type { InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  /** What is wrong with it, in the person's language. */
  wrong?: string;
}

/** A line to fill in; what is wrong with it is said below it and read with it. */
export function Field({ label, hint, wrong, ...rest }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...rest} id={id} aria-invalid={wrong ? true : undefined} aria-describedby={`${id}-hint ${id}-wrong`} />
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong && <span class="wrong" id={`${id}-wrong`}>{wrong}</span>}
    </div>
  );
}
