import { useState } from "preact/hooks";
import { useLanguage, useTexts } from "../i18n";
import { Button, Countdown, Field, Sheet, toast, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { dismissItem, handleItem, leaveItem } from "./api";
import { LinePicker } from "./LinePicker";
import { texts } from "./texts";
import type { ClaimLine, DeskItem, Offer } from "./types";
import { useLease } from "./useLease";

interface Props {
  item: DeskItem;
  offers: Offer[];
  onShopper: () => void;
  onDone: () => void;
}

/** One claim in hand: what it means is decided here, for the shopper who waits. */
export function ItemSheet({ item, offers, onShopper, onDone }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const sending = useSending();
  const until = useLease(item);
  const [lines, setLines] = useState<ClaimLine[]>(item.lines);
  const [reason, setReason] = useState("");
  const end = async (work: () => Promise<unknown>) => {
    if (await sending.run(work)) onDone();
  };
  const handle = async () => {
    const { kept } = await handleItem(item, lines);
    const codes = new Map(offers.map((offer) => [offer.offer_id, offer.claim_code]));
    for (const { offer_id, hold, waiting, refused } of kept) {
      const code = codes.get(offer_id) ?? "";
      if (refused) toast(`${code}: ${language === "vi" ? refused.reason_vi : refused.reason_en}`);
      else toast(t.became(code, hold?.units ?? 0, waiting?.units ?? 0));
    }
  };
  return (
    <Sheet title={item.shopper_name} onClose={() => void end(() => leaveItem(item))}>
      <p>
        {item.text && <q class="said">{item.text}</q>} <span class="tag">{t.reasons[item.reason]}</span>
      </p>
      <p class="soft">
        {t.mine}: <Countdown until={until} /> · <button class="link" type="button" onClick={onShopper}>{t.card}</button>
      </p>
      <LinePicker offers={offers} lines={lines} onChange={setLines} />
      <Faults of={sending.problem} />
      <Button look="main wide" busy={sending.busy} disabled={lines.length === 0} onClick={() => void end(() => handle())}>
        {t.handle}
      </Button>
      <Field label={t.reason} value={reason} maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} />
      <div class="buttons">
        <Button busy={sending.busy} disabled={reason.trim() === ""} onClick={() => void end(() => dismissItem(item, reason))}>
          {t.dismiss}
        </Button>
        <Button busy={sending.busy} onClick={() => void end(() => leaveItem(item))}>
          {t.release}
        </Button>
      </div>
    </Sheet>
  );
}
