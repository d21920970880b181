import { Link } from "wouter-preact";
import type { Session } from "../api/types";
import { number } from "../format";
import { useTexts } from "../i18n";
import type { Room } from "../room/room";
import { Warning } from "../room/Warning";
import { FeedSign } from "../ui/FeedSign";
import { HostBar } from "./HostBar";
import { HostOffer } from "./HostOffer";
import { NewestClaims } from "./NewestClaims";
import { NoticeForm } from "./NoticeForm";
import { texts } from "./texts";

interface Props {
  room: Room;
  session: Session;
}

export function HostView({ room, session }: Props) {
  const t = useTexts(texts);
  const offers = room.offers.value;
  return (
    <div class="stack host">
      <header class="stack host-head">
        <h1>{session.title}</h1>
        <p class="row">
          <span class={`tag ${session.state === "live" ? "good" : ""}`}>{t.states[session.state]}</span>
          {room.viewers.value > 0 && <span class="tag">{t.watching(number(room.viewers.value))}</span>}
          <Link class="small push" href={`/s/${session.session_id}`}>{t.room}</Link>
        </p>
        <FeedSign feed={room.feed} />
      </header>
      <Warning room={room} />
      {session.state === "live" && <NewestClaims room={room} />}
      <section class="stack" aria-labelledby="lineup">
        <h2 id="lineup">{t.lineup}</h2>
        {offers.length === 0 && <p class="note">{t.noLineup}</p>}
        <ul class="stack">
          {offers.map((offer) => (
            <HostOffer
              key={offer.offer_id} offer={offer} onAir={session.state === "live"}
              units={room.units.value.get(offer.offer_id)} pinned={room.pinned.value === offer.offer_id}
            />
          ))}
        </ul>
      </section>
      {session.state === "live" && <NoticeForm sessionId={session.session_id} />}
      {session.state !== "ended" && <HostBar session={session} />}
    </div>
  );
}
