import type { ClaimAnswer } from "../api/types";
import { useTexts } from "../i18n";
import type { Line } from "./room";
import { texts } from "./texts";
import "./line.css";

/** One line of what is said and done. */
export function TalkLine({ line }: { line: Line }) {
  const t = useTexts(texts);
  switch (line.kind) {
    case "comment":
      return (
        <li class="line">
          <b>{line.comment.author_name}</b> {line.comment.text}
        </li>
      );
    case "claim":
      return (
        <li class="line did">
          {claimWords(line.claim, t)}
          {line.claim.more > 0 && t.moreBefore(line.claim.more)}
        </li>
      );
    case "sale":
      return (
        <li class="line did good">
          {t.bought(line.sale.shopper_name, line.sale.units, line.sale.title)}
          {line.sale.more_lines > 0 && t.moreBefore(line.sale.more_lines)}
        </li>
      );
    case "notice":
      return (
        <li class={line.notice.warning ? "line told warn" : "line told"}>
          <b>{t.organiser}</b> {line.notice.text}
        </li>
      );
  }
}

function claimWords(claim: ClaimAnswer, t: typeof texts.vi): string {
  if (claim.promoted) return t.promoted(claim.shopper_name, claim.units, claim.claim_code);
  if (claim.waiting > 0) return t.queued(claim.shopper_name, claim.waiting, claim.claim_code);
  if (claim.units > 0) return t.claimed(claim.shopper_name, claim.units, claim.claim_code);
  return t.gaveBack(claim.shopper_name, claim.claim_code);
}
