import { useState } from "preact/hooks";
import { WardPicker } from "../checkout/WardPicker";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Button, Choices, Field, useSending } from "../kit";
import type { Session } from "../api/types";
import { Faults } from "../work/Faults";
import { orderFor } from "./api";
import { counterOrder, totalOf } from "./counterOrder";
import type { Person, Wanted } from "./counterOrder";
import { LinePicker } from "./LinePicker";
import { texts } from "./texts";
import type { Offer, Order } from "./types";

interface Props {
  session: Session;
  offers: Offer[];
  person: Person;
  onPlaced: (order: Order) => void;
}

/** What the person takes, and how it comes to them. */
export function CounterGoods({ session, offers, person, onPlaced }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const place = session.terms?.pickup_place;
  const [wanted, setWanted] = useState<Wanted>({ lines: [], pickup: place != null, ward: null, line: "", ofAge: false });
  const change = (part: Partial<Wanted>) => setWanted((before) => ({ ...before, ...part }));
  const age = Math.max(0, ...wanted.lines.map((line) => offers.find((offer) => offer.offer_id === line.offer_id)?.minimum_age ?? 0));
  const ways = [
    ...(place != null ? [{ value: "pickup" as const, label: t.pickup, hint: place }] : []),
    { value: "address" as const, label: t.ship },
  ];
  const order = () =>
    void sending.run(async () => {
      const order = counterOrder(session, offers, person, wanted);
      onPlaced(await orderFor(person.accountId, order, sending.keyFor(order)));
    });
  return (
    <div class="stack">
      <LinePicker offers={offers} lines={wanted.lines} onChange={(lines) => change({ lines })} />
      <Choices label={t.how} two chosen={wanted.pickup ? "pickup" : "address"} options={ways} onChoose={(way) => change({ pickup: way === "pickup" })} />
      {!wanted.pickup && (
        <>
          <WardPicker chosen={wanted.ward} wrong={undefined} onChoose={(ward) => change({ ward })} />
          <Field label={t.address} value={wanted.line} onInput={(event) => change({ line: event.currentTarget.value })} />
        </>
      )}
      {age > 0 && (
        <label class="choice">
          <input type="checkbox" checked={wanted.ofAge} onChange={(event) => change({ ofAge: event.currentTarget.checked })} />
          {t.ofAge(age)}
        </label>
      )}
      <Faults of={sending.problem} />
      <Button look="main wide big" busy={sending.busy} disabled={wanted.lines.length === 0} onClick={order}>
        {t.order} · {money(session.terms ? totalOf(session.terms, offers, wanted) : 0)}
      </Button>
    </div>
  );
}
