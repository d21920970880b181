// Events carry a number that counts in their room, for their kind: nothing is shown twice, and a gap is seen.

/** Where an event stands: `next` is to be shown, `old` was, before a `gap` something is missing. */
export type Place = "next" | "old" | "gap";

const KINDS = ["comment", "hidden", "sale", "notice", "claim"] as const;
type Kind = (typeof KINDS)[number];
type Numbered = { seq: number; more_lines?: number; more?: number };

export class Counters {
  private last: Partial<Record<Kind, number>> = {};

  forget(): void {
    this.last = {};
  }

  /** From a snapshot: what it holds was seen. */
  start(snapshot: unknown): void {
    const room = (snapshot as { room?: { last_seqs?: Record<Kind, number> } }).room;
    this.last = { ...room?.last_seqs };
  }

  place(kind: string, data: unknown): Place {
    if (!KINDS.includes(kind as Kind)) return "next";
    const { seq, more_lines = 0, more = 0 } = data as Numbered;
    const last = this.last[kind as Kind];
    if (last !== undefined && seq <= last) return "old";
    // In a rush one message stands for those right before it, too.
    if (last !== undefined && seq - more_lines - more > last + 1) return "gap";
    this.last[kind as Kind] = seq;
    return "next";
  }
}
