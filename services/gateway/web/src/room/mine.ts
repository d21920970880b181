// What this person holds and waits for in a session.
import { effect, signal, untracked } from "@preact/signals";
import { call } from "../api/client";
import type { Hold, KeptNews, Waiting } from "../api/types";
import { me } from "../me";
import type { Room } from "./room";

/** Others leave a line without a word to those behind them: it is looked at now and then. */
const LOOK_EVERY = 15_000;

export class Mine {
  readonly holds = signal<readonly Hold[]>([]);
  readonly waiting = signal<readonly Waiting[]>([]);
  private readonly stop: () => void;
  private readonly timer: number;
  private asking = false;
  private askAgain = false;

  /** `onNews` hears of each change that the server tells, after a claim or when a deadline passes. */
  constructor(
    private readonly sessionId: string,
    room: Room,
    onNews: (news: KeptNews) => void,
  ) {
    let told: ReadonlyMap<string, KeptNews> = new Map();
    let who: string | null | undefined;
    this.stop = effect(() => {
      const kept = room.kept.value;
      const account = me.value && me.value.account_id;
      if (account === undefined || room.feed.state.value !== "live") return;
      untracked(() => {
        // The feed brings what concerns the person whom it began with.
        if (who !== undefined && account !== who) room.feed.restart();
        who = account;
        for (const news of kept.values()) if (told.get(news.offer_id) !== news) onNews(news);
        told = kept;
        void this.look();
      });
    });
    this.timer = window.setInterval(() => {
      if (this.waiting.peek().length > 0) void this.look();
    }, LOOK_EVERY);
  }

  close(): void {
    this.stop();
    clearInterval(this.timer);
  }

  async look(): Promise<void> {
    if (!me.peek()) {
      this.holds.value = [];
      this.waiting.value = [];
      return;
    }
    this.askAgain = this.asking;
    if (this.asking) return;
    this.asking = true;
    try {
      const path = { id: this.sessionId };
      const { holds, waiting } = await call("get", "/v1/sessions/{id}/holds/own", { path });
      this.holds.value = holds;
      this.waiting.value = waiting;
    } catch {
      // What is known stays; the next news or the next look brings the rest.
    } finally {
      this.asking = false;
      if (this.askAgain) void this.look();
    }
  }
}
