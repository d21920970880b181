// A session's room as this page knows it: a snapshot, then what the feed says.
import { computed, signal } from "@preact/signals";
import { Feed } from "../feed";
import type {
  ClaimAnswer, Comment, KeptNews, MoneyNews, Notice, Offer, OfferUnits, OrderNews, Sale, Session, Snapshot,
} from "../api/types";

/** What was said and done in the room, in the order in which it came. */
export type Line =
  | { kind: "comment"; key: string; comment: Comment }
  | { kind: "claim"; key: string; claim: ClaimAnswer }
  | { kind: "sale"; key: string; sale: Sale }
  | { kind: "notice"; key: string; notice: Notice };

/** More lines would only cost a cheap phone's memory. */
const LINES = 120;

type Versioned = { version: number };

export class Room {
  readonly session = signal<Session | null>(null);
  readonly offersById = signal<ReadonlyMap<string, Offer>>(new Map());
  readonly units = signal<ReadonlyMap<string, OfferUnits>>(new Map());
  readonly pinned = signal<string | null>(null);
  /** 0: not counted yet. */
  readonly viewers = signal(0);
  readonly lines = signal<readonly Line[]>([]);
  readonly warning = signal<Notice | null>(null);
  readonly orders = signal<ReadonlyMap<string, OrderNews>>(new Map());
  readonly money = signal<ReadonlyMap<string, MoneyNews>>(new Map());
  /** What was told last of what this person holds and waits for, by offer. */
  readonly kept = signal<ReadonlyMap<string, KeptNews>>(new Map());
  /** In the order of the line-up. */
  readonly offers = computed(() => [...this.offersById.value.values()].sort((a, b) => a.position - b.position));
  readonly feed: Feed;
  private pinVersion = 0;
  private viewersVersion = 0;

  /** `also` hears everything that this does not know: the desk's figures, say. */
  constructor(sessionId: string, desk = false, also?: (kind: string, data: unknown) => void) {
    const path = `/v1/sessions/${encodeURIComponent(sessionId)}/feed${desk ? "?desk=true" : ""}`;
    this.feed = new Feed(path, {
      snapshot: (data) => {
        this.start(data as Snapshot);
        also?.("snapshot", data);
      },
      event: (kind, data) => {
        if (!this.take(kind, data)) also?.(kind, data);
      },
    });
  }

  close(): void {
    this.feed.close();
  }

  private start({ room, shopper }: Snapshot): void {
    if (room) {
      this.session.value = room.session ?? null;
      this.offersById.value = new Map(room.session?.offers.map((offer) => [offer.offer_id, offer]));
      this.units.value = new Map(room.units.map((units) => [units.offer_id, units]));
      this.pinned.value = room.pin ?? null;
      this.pinVersion = 0;
      this.viewers.value = room.viewers;
      this.viewersVersion = 0;
      this.warning.value = room.warning ?? null;
      this.lines.value = room.comments.map((comment) => ({ kind: "comment", key: `c${comment.seq}`, comment }));
    }
    this.orders.value = new Map(shopper?.orders.map((order) => [order.order_id, order]));
    this.money.value = new Map();
    this.kept.value = new Map();
  }

  /** False for a kind that is not the room's. */
  private take(kind: string, data: unknown): boolean {
    switch (kind) {
      case "session": {
        const session = data as Session;
        if (session.version >= (this.session.peek()?.version ?? 0)) this.session.value = session;
        return true;
      }
      case "offer": {
        const offer = data as Offer;
        this.offersById.value = newest(this.offersById.peek(), offer.offer_id, offer);
        return true;
      }
      case "units": {
        const units = data as OfferUnits;
        this.units.value = newest(this.units.peek(), units.offer_id, units);
        return true;
      }
      case "pin": {
        const pin = data as { offer_id?: string | null } & Versioned;
        if (pin.version < this.pinVersion) return true;
        this.pinVersion = pin.version;
        this.pinned.value = pin.offer_id ?? null;
        return true;
      }
      case "viewers": {
        const news = data as { viewers: number } & Versioned;
        if (news.version < this.viewersVersion) return true;
        this.viewersVersion = news.version;
        this.viewers.value = news.viewers;
        return true;
      }
      case "kept": {
        const kept = data as KeptNews;
        this.kept.value = newest(this.kept.peek(), kept.offer_id, kept);
        return true;
      }
      case "money": {
        const money = data as MoneyNews;
        this.money.value = newest(this.money.peek(), money.payment_id, money);
        return true;
      }
      case "orders": {
        for (const order of (data as { orders: OrderNews[] }).orders) {
          this.orders.value = newest(this.orders.peek(), order.order_id, order);
        }
        return true;
      }
      default:
        return this.say(kind, data);
    }
  }

  private say(kind: string, data: unknown): boolean {
    if (kind === "hidden") {
      const gone = (data as { comment_seq: number }).comment_seq;
      this.lines.value = this.lines.peek().filter((line) => line.kind !== "comment" || line.comment.seq !== gone);
      return true;
    }
    const line = lineOf(kind, data);
    if (!line) return false;
    if (line.kind === "notice" && line.notice.warning) this.warning.value = line.notice;
    this.lines.value = [...this.lines.peek(), line].slice(-LINES);
    return true;
  }
}

function lineOf(kind: string, data: unknown): Line | null {
  const { seq } = data as { seq: number };
  switch (kind) {
    case "comment":
      return { kind, key: `c${seq}`, comment: data as Comment };
    case "claim":
      return { kind, key: `k${seq}`, claim: data as ClaimAnswer };
    case "sale":
      return { kind, key: `s${seq}`, sale: data as Sale };
    case "notice":
      return { kind, key: `n${seq}`, notice: data as Notice };
    default:
      return null;
  }
}

function newest<T extends Versioned>(known: ReadonlyMap<string, T>, id: string, news: T): ReadonlyMap<string, T> {
  if ((known.get(id)?.version ?? -1) > news.version) return known;
  return new Map(known).set(id, news);
}
