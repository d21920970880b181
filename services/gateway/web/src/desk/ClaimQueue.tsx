import { timeOfDay } from "../format";
import { useTexts } from "../i18n";
import { Button, Countdown, Problem, useSending } from "../kit";
import { takeClaim } from "./api";
import { texts } from "./texts";
import type { DeskClaim } from "./types";

interface Props {
  claims: DeskClaim[];
  /** Who looks. */
  accountId: string;
  onTaken: (claim: DeskClaim) => void;
}

/** Comments that a person has to read, oldest first; who takes one has it alone for a while. */
export function ClaimQueue({ claims, accountId, onTaken }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  if (claims.length === 0) return <p class="hint">{t.unclearNone}</p>;
  const take = (claim: DeskClaim) => void sending.run(async () => onTaken(await takeClaim(claim)));
  return (
    <>
      <Problem of={sending.problem} />
      <ul class="rows queue">
        {claims.map((claim) => {
          const others = claim.leased_by && claim.leased_by !== accountId;
          return (
            <li key={claim.desk_claim_id}>
              <time dateTime={claim.at}>{timeOfDay(claim.at)}</time>
              <span class="grow">
                <b>{claim.shopper_name}</b> {claim.text && <q>{claim.text}</q>}
              </span>
              <span class="tag">{t.reasons[claim.reason]}</span>
              {others && claim.leased_until ? (
                <small>
                  {t.taken} <Countdown until={claim.leased_until} />
                </small>
              ) : (
                <Button busy={sending.busy} onClick={() => take(claim)} aria-label={`${t.take}: ${claim.shopper_name}, ${claim.text ?? ""}`}>
                  {t.take}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
