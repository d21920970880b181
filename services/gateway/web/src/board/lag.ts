// How far behind the truth the board is.

/** A board that heard nothing for so long is behind, whatever its last figures said. */
const QUIET = 45_000;

export interface Heard {
  connected: boolean;
  /** When anything came last. */
  at: number;
  /** What the last figures said of themselves. */
  lagMs: number;
}

export type Lag = { kind: "level" | "late" | "lost"; seconds: number };

/** More than two seconds behind is told apart: the figures are meant to be there within two. */
export function lag(heard: Heard, now: number): Lag {
  const silent = now - heard.at;
  if (!heard.connected || silent > QUIET) return { kind: "lost", seconds: silent / 1000 };
  return { kind: heard.lagMs > 2000 ? "late" : "level", seconds: heard.lagMs / 1000 };
}
