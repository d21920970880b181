// Claim codes of a line-up.

/** The first code of the form A01 that nobody has: the next after the highest of its letter. */
export function nextCode(taken: string[]): string {
  const highest = taken.reduce((most, code) => Math.max(most, Number(/^A(\d{1,3})$/.exec(code)?.[1] ?? 0)), 0);
  return `A${String(highest + 1).padStart(2, "0")}`;
}
