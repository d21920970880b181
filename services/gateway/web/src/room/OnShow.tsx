import { Link } from "wouter-preact";
import type { Offer } from "../api/types";
import { useTexts } from "../i18n";
import { Stars } from "../ui/Stars";
import { Price } from "./Price";
import { Proof } from "./Proof";
import type { Room } from "./room";
import { StockBar } from "./StockBar";
import { texts } from "./texts";

interface Props {
  room: Room;
  offer: Offer;
}

/** One offer, large. */
export function OnShow({ room, offer }: Props) {
  const t = useTexts(texts);
  return (
    <article class="on-show">
      <div class="row">
        <span class="tag brand code">{offer.claim_code}</span>
        {room.pinned.value === offer.offer_id && <span class="tag">{t.pinned}</span>}
        <Stars count={offer.stars_shown} />
      </div>
      <h2>{offer.title}</h2>
      <p class="soft">
        {offer.pack} · {offer.producer_name}
      </p>
      <Price offer={offer} />
      <StockBar offer={offer} units={room.units.value.get(offer.offer_id)} aloud />
      <Proof offer={offer} />
      <p class="row small">
        <Link href={`/p/${offer.product_id}`}>{t.about}</Link>
        {offer.limit_per_shopper != null && <span class="soft">{t.limit(offer.limit_per_shopper)}</span>}
      </p>
    </article>
  );
}
