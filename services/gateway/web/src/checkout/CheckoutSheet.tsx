import { call } from "../api/client";
import type { Order } from "../api/types";
import { useSending } from "../api/use";
import { useTexts } from "../i18n";
import type { Mine } from "../room/mine";
import type { Room } from "../room/room";
import { Sheet } from "../ui/Sheet";
import { CheckoutForm } from "./CheckoutForm";
import { goodsOf, shippingOf } from "./sums";
import type { Bought } from "./sums";
import { texts } from "./texts";
import type { Draft } from "./useDraft";
import "./checkout.css";

interface Props {
  room: Room;
  mine: Mine;
  onClose: () => void;
  onPlaced: (order: Order) => void;
}

/** From what is held to an order, in one sheet. */
export default function CheckoutSheet({ room, mine, onClose, onPlaced }: Props) {
  const t = useTexts(texts);
  const { busy, problem, run, keyFor } = useSending();
  const terms = room.session.value?.terms;
  const offers = room.offersById.value;
  const bought = mine.holds.value.flatMap((hold): Bought[] => {
    const offer = offers.get(hold.offer_id);
    return offer ? [{ hold, offer }] : [];
  });

  const place = async (draft: Draft) => {
    if (!terms) return;
    const fee = draft.way === "address" ? shippingOf(terms, bought) : 0;
    const body = {
      session_id: room.session.peek()?.session_id ?? "",
      lines: bought.map(({ hold }) => ({ offer_id: hold.offer_id, units: hold.units })),
      expected_total: goodsOf(bought) + fee,
      payment_method: draft.pay,
      contact: { name: draft.name, phone: draft.phone },
      delivery:
        draft.way === "pickup" ? { pickup: true } : { address: { line: draft.line, ward_code: draft.ward?.code ?? "" } },
      of_age: draft.ofAge,
    };
    await run(async () => onPlaced(await call("post", "/v1/orders", { body, key: keyFor(body) })));
  };

  return (
    <Sheet title={t.title} onClose={onClose}>
      {bought.length === 0 || !terms ? (
        <p class="note">{t.nothing}</p>
      ) : (
        <CheckoutForm terms={terms} bought={bought} busy={busy} problem={problem} onPlace={place} />
      )}
    </Sheet>
  );
}
