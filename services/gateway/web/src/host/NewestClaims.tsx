import { useTexts } from "../i18n";
import type { Room } from "../room/room";
import { TalkLine } from "../room/TalkLine";
import { texts } from "./texts";

const SHOWN = 4;

/** Who claimed last: to be read out on air. */
export function NewestClaims({ room }: { room: Room }) {
  const t = useTexts(texts);
  const claims = room.lines.value.filter((line) => line.kind === "claim" || line.kind === "sale").slice(-SHOWN).reverse();
  return (
    <section class="card stack host-claims" aria-labelledby="claims">
      <h2 id="claims">{t.claims}</h2>
      {claims.length === 0 ? <p class="soft">{t.noClaims}</p> : <ol>{claims.map((line) => <TalkLine key={line.key} line={line} />)}</ol>}
    </section>
  );
}
