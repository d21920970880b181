// How far behind the truth the board is.

/** A beat comes every 15 seconds: who has heard nothing for so long is not connected, whatever it looks like. */
const QUIET = 40_000;
/** The figures are meant to be there within so much. */
const ALLOWED = 2_000;

export interface Heard {
  connected: boolean;
  /** Milliseconds since anything came. */
  silent: number;
  /** What the last figures said of themselves, milliseconds. */
  lagMs: number;
}

export interface Lag {
  kind: "level" | "late" | "lost";
  seconds: number;
}

export function lag({ connected, silent, lagMs }: Heard): Lag {
  if (!connected || silent > QUIET) return { kind: "lost", seconds: silent / 1000 };
  return { kind: lagMs > ALLOWED ? "late" : "level", seconds: lagMs / 1000 };
}
