import { useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { Button, Countdown, Field, Sheet, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { dismissClaim, handleClaim, releaseClaim } from "./api";
import { LinePicker } from "./LinePicker";
import { texts } from "./texts";
import type { ClaimLine, DeskClaim, Offer } from "./types";
import { useLease } from "./useLease";

interface Props {
  claim: DeskClaim;
  offers: Offer[];
  onShopper: () => void;
  onDone: () => void;
}

/** One claim in hand: what it means is decided here, for the shopper who waits. */
export function ClaimWork({ claim, offers, onShopper, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const until = useLease(claim);
  const [lines, setLines] = useState<ClaimLine[]>(claim.lines.length > 0 ? claim.lines : []);
  const [reason, setReason] = useState("");
  const end = async (work: () => Promise<unknown>) => {
    if (await sending.run(work)) onDone();
  };
  return (
    <Sheet title={claim.shopper_name} onClose={() => void end(() => releaseClaim(claim))}>
      <p>
        {claim.text && <q class="said">{claim.text}</q>} <span class="tag">{t.reasons[claim.reason]}</span>
      </p>
      <p class="soft">
        {t.mine}: <Countdown until={until} /> · <button class="link" type="button" onClick={onShopper}>{t.card}</button>
      </p>
      <LinePicker offers={offers} lines={lines} onChange={setLines} />
      <Faults of={sending.problem} />
      <Button look="main wide" busy={sending.busy} disabled={lines.length === 0} onClick={() => void end(() => handleClaim(claim, lines))}>
        {t.handle}
      </Button>
      <Field label={t.reason} value={reason} maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} />
      <div class="buttons">
        <Button busy={sending.busy} disabled={reason.trim() === ""} onClick={() => void end(() => dismissClaim(claim, reason))}>
          {t.dismiss}
        </Button>
        <Button busy={sending.busy} onClick={() => void end(() => releaseClaim(claim))}>
          {t.release}
        </Button>
      </div>
    </Sheet>
  );
}
