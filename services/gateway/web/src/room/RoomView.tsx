import { useState } from "preact/hooks";
import type { Order } from "../api/types";
import { Later } from "../ui/Later";
import { ClaimForm } from "./ClaimForm";
import { Complain } from "./Complain";
import { Lineup } from "./Lineup";
import type { Mine } from "./mine";
import { MyHolds } from "./MyHolds";
import { OnShow } from "./OnShow";
import type { Room } from "./room";
import { Stage } from "./Stage";
import { Talk } from "./Talk";
import { Warning } from "./Warning";

interface Props {
  room: Room;
  mine: Mine;
  sessionId: string;
  onSignIn: (then: () => void) => void;
}

/** One column on a phone with the claim under the thumb; two on a desk. */
export function RoomView({ room, mine, sessionId, onSignIn }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [checkingOut, setCheckingOut] = useState(false);
  const [placed, setPlaced] = useState<Order | null>(null);
  const offers = room.offersById.value;
  const pinned = room.pinned.value;
  // What the host shows is on show, until somebody picks something else.
  const offer = offers.get(chosen ?? pinned ?? "") ?? room.offers.value[0];
  const onAir = room.session.value?.state === "live";
  return (
    <div class="room">
      <div class="room-show">
        <Stage room={room} />
        <Warning room={room} />
        {offer && <OnShow room={room} offer={offer} />}
        {offer && onAir && (
          <div class="claim-bar">
            <ClaimForm offer={offer} units={room.units.value.get(offer.offer_id)} mine={mine} onSignIn={onSignIn} />
          </div>
        )}
      </div>
      <div class="room-side">
        <MyHolds room={room} mine={mine} onCheckOut={() => setCheckingOut(true)} />
        <Talk room={room} sessionId={sessionId} onSignIn={onSignIn} />
      </div>
      <div class="room-lineup">
        <Lineup room={room} chosen={offer?.offer_id} onChoose={setChosen} />
        <Complain sessionId={sessionId} offerId={offer?.offer_id} onSignIn={onSignIn} />
      </div>
      {checkingOut && (
        <Later
          load={() => import("../checkout/CheckoutSheet")}
          props={{
            room,
            mine,
            onClose: () => setCheckingOut(false),
            onPlaced: (order: Order) => {
              setCheckingOut(false);
              setPlaced(order);
              void mine.look();
            },
          }}
        />
      )}
      {placed && (
        <Later
          load={() => import("../checkout/PlacedSheet")}
          props={{ order: placed, money: room.money, onClose: () => setPlaced(null) }}
        />
      )}
    </div>
  );
}
