// One connection of server-sent events a page, followed through dead zones, sleeping phones and restarts.
//
// Read with fetch and not EventSource: that gives up for good at the first answer that is no stream, cannot tell a
// silent line from a quiet room, and cannot be told to take a fresh snapshot.
import { batch, signal } from "@preact/signals";
import { learn } from "./clock";
import { Reader } from "./feed/reader";
import type { Message } from "./feed/reader";
import { Counters } from "./feed/counters";

/** A beat comes every 15 seconds; who hears nothing for so long comes back. */
const SILENCE = 40_000;
const USUAL_RETRY = 3_000;

/** `lost`: not connected, trying again; `refused`: there is nothing to watch, or not for this person. */
export type FeedState = "connecting" | "live" | "lost" | "refused";

export interface FeedHandlers {
  /** How things are now; what was known before counts no more. */
  snapshot(data: unknown): void;
  /** One state or event. Events come once, in order, without a gap. */
  event(kind: string, data: unknown): void;
}

export class Feed {
  readonly state = signal<FeedState>("connecting");
  /** When something was last heard, by this device's clock. */
  readonly heardAt = signal(Date.now());
  private readonly counters = new Counters();
  private lastId = "";
  private retry = USUAL_RETRY;
  private connection: AbortController | null = null;
  private timer = 0;
  private watchdog = 0;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly handlers: FeedHandlers,
  ) {
    addEventListener("online", this.comeBack);
    addEventListener("offline", this.cut);
    document.addEventListener("visibilitychange", this.comeBack);
    void this.connect();
  }

  close(): void {
    this.closed = true;
    removeEventListener("online", this.comeBack);
    removeEventListener("offline", this.cut);
    document.removeEventListener("visibilitychange", this.comeBack);
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.connection?.abort();
  }

  /** Takes everything anew: who watches has signed in or out. */
  restart(): void {
    this.lastId = "";
    this.connection?.abort();
    this.connection = null;
    this.state.value = "connecting";
    void this.connect();
  }

  private readonly comeBack = (): void => {
    const silent = Date.now() - this.heardAt.peek() > SILENCE;
    if (document.visibilityState !== "visible" || (this.state.peek() === "live" && !silent)) return;
    this.cut();
    void this.connect();
  };

  private readonly cut = (): void => {
    this.connection?.abort();
    this.connection = null;
    if (this.state.peek() === "live") this.state.value = "lost";
  };

  private async connect(): Promise<void> {
    clearTimeout(this.timer);
    if (this.closed || this.connection) return;
    const connection = new AbortController();
    this.connection = connection;
    const mine = () => this.connection === connection;
    const asked = Date.now();
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (this.lastId) headers["last-event-id"] = this.lastId;
      this.watch(connection);
      const answer = await fetch(this.path, { headers, signal: connection.signal, cache: "no-store" });
      learn(answer, asked);
      if (!answer.ok || !answer.body) {
        if (mine() && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
          this.state.value = "refused";
          this.connection = null;
          return;
        }
        throw new Error(`the feed answered ${answer.status}`);
      }
      await this.read(answer.body, connection);
    } catch {
      // Cut, or never there: what matters is that it is tried again.
    }
    if (!mine()) return;
    this.connection = null;
    this.state.value = "lost";
    this.timer = window.setTimeout(() => void this.connect(), this.retry);
  }

  private async read(body: ReadableStream<Uint8Array>, connection: AbortController): Promise<void> {
    const reader = new Reader();
    const stream = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    for (;;) {
      const { done, value } = await stream.read();
      if (done || this.connection !== connection) return;
      this.watch(connection);
      batch(() => {
        this.heardAt.value = Date.now();
        this.state.value = "live";
        for (const message of reader.read(value)) this.take(message);
      });
      if (reader.retry !== undefined) this.retry = reader.retry;
    }
  }

  private take(message: Message): void {
    if (message.kind === "reset") {
      this.counters.forget();
      return;
    }
    const data: unknown = JSON.parse(message.data);
    if (message.kind === "snapshot") {
      this.counters.start(data);
      this.handlers.snapshot(data);
    } else {
      const place = this.counters.place(message.kind, data);
      if (place === "gap") {
        // Never in order again by itself: a snapshot mends it.
        this.restart();
        return;
      }
      if (place === "next") this.handlers.event(message.kind, data);
    }
    if (message.id) this.lastId = message.id;
  }

  private watch(connection: AbortController): void {
    clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => connection.abort(), SILENCE);
  }
}
