import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  /** What is counted, for who cannot see what it stands beside. */
  label: string;
  value: number;
  most: number;
  onChange: (value: number) => void;
}

/** A small number, by thumb. */
export function Stepper({ label, value, most, onChange }: Props) {
  const t = useTexts(texts);
  return (
    <div class="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={t.less} disabled={value <= 1} onClick={() => onChange(value - 1)}>
        −
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" aria-label={t.more} disabled={value >= most} onClick={() => onChange(value + 1)}>
        +
      </button>
    </div>
  );
}
