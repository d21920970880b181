import type { ComponentChildren } from "preact";
import { Stalls } from "./Stalls";
import "./poster.css";

/** A picture of its own for each session, drawn and not loaded: a fair by evening on a woven mat. */
export function Poster({ of, children }: { of: string; children?: ComponentChildren }) {
  const sum = [...of].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 997, 7);
  return (
    <div class={`poster poster-${sum % 4}`}>
      <Stalls />
      {children}
    </div>
  );
}
