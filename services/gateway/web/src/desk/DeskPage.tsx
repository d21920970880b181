import { useTexts } from "../i18n";
import { Page, Problem, useRoom } from "../kit";
import { BankList } from "./BankList";
import { HoldList } from "./HoldList";
import { texts } from "./texts";
import { UnpaidList } from "./UnpaidList";
import { useDeskLists } from "./useDeskLists";
import { WaitList } from "./WaitList";
import "./desk.css";

/** The desk of a session: who needs somebody's hand now. */
export function DeskPage({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const room = useRoom(sessionId, { desk: true });
  const { kept, unpaid, bank } = useDeskLists(sessionId, room.news, true);
  const codes = new Map(room.offers.map((offer) => [offer.offer_id, offer.claim_code]));
  return (
    <Page title={`${t.desk}: ${room.session?.title ?? ""}`}>
      <Problem of={room.problem ?? kept.problem ?? unpaid.problem} />
      <div class="desk">
        <section class="panel" aria-labelledby="desk-holds">
          <h2 id="desk-holds">{t.holds}</h2>
          <HoldList holds={kept.value?.holds ?? []} codes={codes} onShopper={() => {}} />
        </section>
        <section class="panel" aria-labelledby="desk-waiting">
          <h2 id="desk-waiting">{t.waiting}</h2>
          <WaitList waiting={kept.value?.waiting ?? []} codes={codes} onShopper={() => {}} />
        </section>
        <section class="panel" aria-labelledby="desk-unpaid">
          <h2 id="desk-unpaid">{t.unpaid}</h2>
          <UnpaidList orders={unpaid.value?.orders ?? []} onOrder={() => {}} />
        </section>
        <section class="panel" aria-labelledby="desk-bank">
          <h2 id="desk-bank">{t.bank}</h2>
          <BankList entries={(bank.value?.entries ?? []).filter((entry) => entry.outcome !== "exact")} />
        </section>
      </div>
    </Page>
  );
}
