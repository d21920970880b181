import { useId } from "preact/hooks";

interface Props<T extends string> {
  label: string;
  chosen: T;
  options: readonly { value: T; label: string; hint?: string }[];
  onChoose: (value: T) => void;
  /** Side by side. */
  two?: boolean;
  wrong?: string;
}

/** One of a few, all in sight. */
export function Choices<T extends string>({ label, chosen, options, onChoose, two, wrong }: Props<T>) {
  const name = useId();
  return (
    <fieldset class="field" aria-describedby={wrong ? `${name}-wrong` : undefined}>
      <legend>{label}</legend>
      <div class={two ? "choices two" : "choices"}>
        {options.map((option) => (
          <label class="choice" key={option.value}>
            <input type="radio" name={name} checked={option.value === chosen} onChange={() => onChoose(option.value)} />
            <span>
              {option.label}
              {option.hint && <small class="hint"> {option.hint}</small>}
            </span>
          </label>
        ))}
      </div>
      {wrong && <span class="wrong" id={`${name}-wrong`}>{wrong}</span>}
    </fieldset>
  );
}
