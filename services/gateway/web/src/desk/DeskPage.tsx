import { useTexts } from "../i18n";
import { FeedSign, Problem } from "../kit";
import { me } from "../me";
import type { Params } from "../routes";
import { works } from "../work/may";
import { useDesk } from "../work/useDesk";
import { WorkPage } from "../work/WorkPage";
import { BankList } from "./BankList";
import { DeskPanel } from "./DeskPanel";
import { HoldList } from "./HoldList";
import { texts } from "./texts";
import { UnpaidList } from "./UnpaidList";
import { useDeskLists } from "./useDeskLists";
import { WaitList } from "./WaitList";
import "./desk.css";

/** The desk of a session: who needs somebody's hand now. */
export default function DeskPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  const sessionId = params["session"] ?? "";
  const { room, news } = useDesk(sessionId);
  const session = room.session.value;
  const organises = me.value?.memberships.some((member) => member.role === "organiser" && member.organiser_id === session?.organiser_id);
  const { kept, unpaid, bank } = useDeskLists(sessionId, [news.value, room.orders.value, room.money.value, room.kept.value, room.lines.value], organises === true);
  const codes = new Map(room.offers.value.map((offer) => [offer.offer_id, offer.claim_code]));
  const unmatched = bank.value?.entries.filter((entry) => entry.outcome !== "exact") ?? [];
  return (
    <WorkPage title={`${t.desk}: ${session?.title ?? ""}`} may={works}>
      <FeedSign feed={room.feed} />
      <Problem of={kept.problem ?? unpaid.problem ?? bank.problem} />
      <div class="desk">
        <DeskPanel title={t.holds} count={kept.value?.holds.length}>
          <HoldList holds={kept.value?.holds ?? []} codes={codes} />
        </DeskPanel>
        <DeskPanel title={t.waiting} count={kept.value?.waiting.length}>
          <WaitList waiting={kept.value?.waiting ?? []} codes={codes} />
        </DeskPanel>
        <DeskPanel title={t.unpaid} count={unpaid.value?.orders.length}>
          <UnpaidList orders={unpaid.value?.orders ?? []} />
        </DeskPanel>
        {organises && (
          <DeskPanel title={t.bank} count={unmatched.length}>
            <BankList entries={unmatched} />
          </DeskPanel>
        )}
      </div>
    </WorkPage>
  );
}
