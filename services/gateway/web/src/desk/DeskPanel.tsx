import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  title: string;
  /** How many are in it. */
  count?: number;
  children: ComponentChildren;
}

/** One of the desk's lists, with its length in its head. */
export function DeskPanel({ title, count, children }: Props) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>
        {title} {count !== undefined && <span class="tag">{count}</span>}
      </h2>
      {children}
    </section>
  );
}
