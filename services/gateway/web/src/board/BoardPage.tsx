import { useEffect } from "preact/hooks";
import { useNow } from "../clock";
import { useTexts } from "../i18n";
import { Guard } from "../kit";
import type { Params } from "../routes";
import { works } from "../work/may";
import { useDesk } from "../work/useDesk";
import { Alerts } from "./Alerts";
import { alerts, offerRows, ordersPerMinute, producerRows } from "./figures";
import { Headline } from "./Headline";
import { lag } from "./lag";
import { LagSign } from "./LagSign";
import { OfferList } from "./OfferList";
import { ProducerList } from "./ProducerList";
import { texts } from "./texts";
import "./board.css";

/** The wall: nobody touches it, everybody reads it. */
export default function BoardPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  return <Guard title={t.board} may={works}>{() => <Board sessionId={params["session"] ?? ""} />}</Guard>;
}

function Board({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const { room, figures: told } = useDesk(sessionId);
  const now = useNow();
  const session = room.session.value;
  const figures = told.value;
  const title = session?.title ?? t.board;
  useEffect(() => {
    document.title = `${t.board} · ${title}`;
  }, [t, title]);
  const rows = offerRows(room.offers.value, room.units.value, figures);
  const silent = Date.now() - room.feed.heardAt.value;
  const behind = lag({ connected: room.feed.state.value === "live", silent, lagMs: figures?.lag_ms ?? 0 });
  return (
    <main class="board">
      <header class="board-head">
        <h1>{title}</h1>
        {session && <p class={`board-state ${session.state}`}>{t[session.state]}</p>}
        <LagSign lag={behind} />
      </header>
      <Headline figures={figures} perMinute={figures ? ordersPerMinute(figures, now) : 0} viewers={room.viewers.value} />
      <div class="board-lists">
        <OfferList rows={rows} />
        <div class="board-side">
          <Alerts alerts={alerts(rows, figures)} />
          <ProducerList rows={producerRows(room.offers.value, figures)} />
        </div>
      </div>
    </main>
  );
}
