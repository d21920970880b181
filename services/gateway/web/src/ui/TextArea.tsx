import type { TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string;
  hint?: string;
  wrong?: string;
}

/** Several lines to fill in. */
export function TextArea({ label, hint, wrong, ...rest }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea {...rest} id={id} aria-invalid={wrong ? true : undefined} aria-describedby={`${id}-hint ${id}-wrong`} />
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong && <span class="wrong" id={`${id}-wrong`}>{wrong}</span>}
    </div>
  );
}
