import type { components } from "../api/schema";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What moderators did, newest first: whoever is hidden or muted may ask why. */
export function ActList({ acts }: { acts: components["schemas"]["ModerationAct"][] }) {
  const t = useTexts(texts);
  return (
    <ul class="rows">
      {acts.map((act) => (
        <li key={act.act_id}>
          <time dateTime={act.at}>{moment(act.at)}</time>
          <span class="grow">
            {t.actNames[act.act] ?? act.act} <small>{act.reason}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}
