import { useEffect, useRef } from "preact/hooks";
import type { Drawn } from "./draw";

interface Props extends Drawn {
  /** Says what is drawn; the figures themselves stand in a table beside it. */
  title: string;
}

/** A chart; the library is loaded only by pages that draw. */
export function Chart({ title, kind, x, y, label, span }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    let gone = false;
    let end = () => {};
    void import("./draw").then(({ draw }) => {
      if (!gone) end = draw(box, { kind, x, y, label, span });
    });
    return () => {
      gone = true;
      end();
    };
  }, [kind, x, y, label, span]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} class="chart-area" aria-hidden="true" />
    </figure>
  );
}
