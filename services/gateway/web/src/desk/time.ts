// Time that is left, as people read it.

/** 4:05, or 0:00 when it is over. */
export function clockLeft(until: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Little time is left: somebody should call. */
export function soon(until: string, now: number): boolean {
  return Date.parse(until) - now < 60_000;
}
