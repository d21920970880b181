import { useTexts } from "../i18n";
import { money } from "../format";
import type { Room } from "./room";
import { StockBar } from "./StockBar";
import { texts } from "./texts";

interface Props {
  room: Room;
  chosen: string | undefined;
  onChoose: (offerId: string) => void;
}

/** Everything that is sold in the session; a tap puts it into the claim bar. */
export function Lineup({ room, chosen, onChoose }: Props) {
  const t = useTexts(texts);
  const offers = room.offers.value.filter((offer) => offer.state !== "refused");
  return (
    <section class="stack" aria-labelledby="lineup">
      <h2 id="lineup">{t.lineup}</h2>
      {offers.length === 0 && <p class="note">{t.noLineup}</p>}
      <ul class="lineup">
        {offers.map((offer) => (
          <li key={offer.offer_id}>
            <button type="button" aria-pressed={offer.offer_id === chosen} onClick={() => onChoose(offer.offer_id)}>
              <span class="lineup-code code">{offer.claim_code}</span>
              <span class="lineup-title">{offer.title}</span>
              <span class="lineup-price">{money(offer.live_price)}</span>
            </button>
            <StockBar offer={offer} units={room.units.value.get(offer.offer_id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
