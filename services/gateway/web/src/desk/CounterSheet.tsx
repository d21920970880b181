import { useState } from "preact/hooks";
import type { Room } from "../room/room";
import { useTexts } from "../i18n";
import { Button, Sheet } from "../kit";
import type { Person } from "./counterOrder";
import { CounterGoods } from "./CounterGoods";
import { CounterPay } from "./CounterPay";
import { CounterPerson } from "./CounterPerson";
import { texts } from "./texts";
import type { Order } from "./types";

interface Props {
  room: Room;
  onClose: () => void;
}

/** Somebody stands at the counter: who, what, and paid how; then the next. */
export function CounterSheet({ room, onClose }: Props) {
  const t = useTexts(texts);
  const [person, setPerson] = useState<Person | null>(null);
  const [order, setOrder] = useState<Order | null>(null);
  const session = room.session.value;
  if (!session) return null;
  const next = () => {
    setOrder(null);
    setPerson(null);
  };
  return (
    <Sheet title={person ? `${t.counter}: ${person.name}` : t.counter} onClose={onClose}>
      {!person && <CounterPerson sessionId={session.session_id} onFound={setPerson} />}
      {person && !order && <CounterGoods session={session} offers={room.offers.value} person={person} onPlaced={setOrder} />}
      {order && (
        <>
          <CounterPay order={order} money={room.money.value} />
          <Button look="wide" onClick={next}>{t.next}</Button>
        </>
      )}
    </Sheet>
  );
}
