import { useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { Button, FeedSign, Problem } from "../kit";
import { me } from "../me";
import type { Params } from "../routes";
import { steers, works } from "../work/may";
import { useDesk } from "../work/useDesk";
import { WorkPage } from "../work/WorkPage";
import { BankList } from "./BankList";
import { ComplaintList } from "./ComplaintList";
import { ComplaintSheet } from "./ComplaintSheet";
import { CounterSheet } from "./CounterSheet";
import { DeskPanel } from "./DeskPanel";
import { HoldList } from "./HoldList";
import { ItemQueue } from "./ItemQueue";
import { ItemSheet } from "./ItemSheet";
import { ShopperSheet } from "./ShopperSheet";
import { texts } from "./texts";
import type { Complaint, DeskItem } from "./types";
import { UnpaidList } from "./UnpaidList";
import { useDeskLists } from "./useDeskLists";
import { WaitList } from "./WaitList";
import "./desk.css";

interface Shopper {
  accountId: string;
  name: string;
}

/** The desk of a session: who needs somebody's hand now. */
export default function DeskPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  const sessionId = params["session"] ?? "";
  const { room, news } = useDesk(sessionId);
  const [item, setItem] = useState<DeskItem | null>(null);
  const [complaint, setComplaint] = useState<Complaint | null>(null);
  const [shopper, setShopper] = useState<Shopper | null>(null);
  const [counter, setCounter] = useState(false);
  const account = me.value;
  const session = room.session.value;
  const organises = account?.memberships.some((member) => member.role === "organiser" && member.organiser_id === session?.organiser_id) ?? false;
  const heard = [news.value, room.orders.value, room.money.value, room.kept.value, room.lines.value];
  const { items, complaints, kept, unpaid, bank } = useDeskLists(sessionId, heard, organises);
  const codes = new Map(room.offers.value.map((offer) => [offer.offer_id, offer.claim_code]));
  const unmatched = bank.value?.entries.filter((entry) => entry.outcome !== "exact") ?? [];
  const done = (then: () => void) => {
    setItem(null);
    setComplaint(null);
    then();
  };
  const show = (accountId: string, name: string) => setShopper({ accountId, name });
  return (
    <WorkPage title={`${t.desk}: ${session?.title ?? ""}`} may={works}>
      <FeedSign feed={room.feed} />
      <p class="buttons">
        <Button look="main" disabled={session?.state !== "live"} onClick={() => setCounter(true)}>{t.counterStart}</Button>
      </p>
      <Problem of={items.problem ?? complaints.problem ?? kept.problem ?? unpaid.problem ?? bank.problem} />
      <div class="desk">
        <DeskPanel title={t.unclear} count={items.value?.items.length}>
          <ItemQueue items={items.value?.items ?? []} accountId={account?.account_id ?? ""} onTaken={setItem} />
        </DeskPanel>
        <DeskPanel title={t.holds} count={kept.value?.holds.length}>
          <HoldList holds={kept.value?.holds ?? []} codes={codes} onShopper={show} />
        </DeskPanel>
        <DeskPanel title={t.unpaid} count={unpaid.value?.orders.length}>
          <UnpaidList orders={unpaid.value?.orders ?? []} onShopper={show} />
        </DeskPanel>
        <DeskPanel title={t.waiting} count={kept.value?.waiting.length}>
          <WaitList waiting={kept.value?.waiting ?? []} codes={codes} onShopper={show} />
        </DeskPanel>
        <DeskPanel title={t.complaints} count={complaints.value?.complaints.filter((one) => one.state === "open").length}>
          <ComplaintList complaints={complaints.value?.complaints ?? []} onOpen={setComplaint} />
        </DeskPanel>
        {organises && (
          <DeskPanel title={t.bank} count={unmatched.length}>
            <BankList entries={unmatched} />
          </DeskPanel>
        )}
      </div>
      {item && (
        <ItemSheet item={item} offers={room.offers.value} onShopper={() => show(item.account_id, item.shopper_name)} onDone={() => done(items.again)} />
      )}
      {complaint && <ComplaintSheet complaint={complaint} onClose={() => done(() => {})} onDone={() => done(complaints.again)} />}
      {counter && <CounterSheet room={room} onClose={() => setCounter(false)} />}
      {shopper && session && (
        <ShopperSheet
          sessionId={sessionId}
          organiserId={session.organiser_id}
          mayRestrict={steers(account)}
          shopper={shopper}
          kept={kept.value ?? null}
          codes={codes}
          onClose={() => setShopper(null)}
        />
      )}
    </WorkPage>
  );
}
