import { useTexts } from "../i18n";
import { Problem, useNow, useRoom } from "../kit";
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
export function BoardPage({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const room = useRoom(sessionId, { desk: true });
  const now = useNow();
  const { session, figures } = room;
  if (!session) return <Problem of={room.problem} />;
  const rows = offerRows(room.offers, room.units, figures);
  return (
    <main class="board">
      <header class="board-head">
        <h1>{session.title}</h1>
        <p class={`board-state ${session.state}`}>{t[session.state]}</p>
        <LagSign lag={lag({ connected: room.connected, at: room.heardAt, lagMs: figures?.lag_ms ?? 0 }, now)} />
      </header>
      <Headline figures={figures} perMinute={figures ? ordersPerMinute(figures, now) : 0} viewers={room.viewers} />
      <div class="board-lists">
        <OfferList rows={rows} />
        <div class="board-side">
          <Alerts alerts={alerts(rows, figures)} />
          <ProducerList rows={producerRows(room.offers, figures)} />
        </div>
      </div>
    </main>
  );
}
