import { useEffect, useState } from "preact/hooks";
import { call } from "../api/client";
import type { Offer, OfferUnits } from "../api/types";
import { useSending } from "../api/use";
import { money } from "../format";
import { useLanguage, useTexts } from "../i18n";
import { me } from "../me";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import { Stepper } from "../ui/Stepper";
import { toast } from "../ui/Toasts";
import type { Mine } from "./mine";
import { texts } from "./texts";

const MOST = 99;

interface Props {
  offer: Offer;
  units: OfferUnits | undefined;
  mine: Mine;
  /** Somebody who is not signed in claims: they sign in, and it goes on. */
  onSignIn: (then: () => void) => void;
}

/** One tap holds the units; when all are gone, it keeps a place in line. */
export function ClaimForm({ offer, units, mine, onSignIn }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [wanted, setWanted] = useState(1);
  const [refused, setRefused] = useState<string | null>(null);
  const { busy, problem, run } = useSending();
  useEffect(() => {
    setWanted(1);
    setRefused(null);
  }, [offer.offer_id]);

  const code = offer.claim_code;
  const held = mine.holds.value.some((hold) => hold.offer_id === offer.offer_id);
  const open = units?.open ?? false;
  const soldOut = open && units?.left === 0;
  const claim = () =>
    run(async () => {
      setRefused(null);
      const body = { lines: [{ offer_id: offer.offer_id, units: wanted, more: true }] };
      const { kept } = await call("post", "/v1/sessions/{id}/claims", { path: { id: offer.session_id }, body });
      const line = kept[0];
      if (line?.refused) setRefused(language === "vi" ? line.refused.reason_vi : line.refused.reason_en);
      else if (line?.hold) toast(t.heldForYou(line.hold.units, code));
      else if (line?.waiting) toast(t.inLine(line.waiting.units, code));
      setWanted(1);
      await mine.look();
    });
  const words = soldOut ? t.waitFor(code) : held ? t.claimMore(code) : t.claim(code);
  return (
    <div class="claim">
      {refused && <p role="alert" class="problem">{refused}</p>}
      <Problem of={problem} />
      <div class="claim-row">
        <Stepper label={t.units(code)} value={wanted} most={offer.limit_per_shopper ?? MOST} onChange={setWanted} />
        <Button look="main wide big" busy={busy} disabled={!open} onClick={() => (me.value ? claim() : onSignIn(claim))}>
          <span>{words}</span>
          {open && <span class="claim-sum">{money(wanted * offer.live_price)}</span>}
        </Button>
      </div>
    </div>
  );
}
