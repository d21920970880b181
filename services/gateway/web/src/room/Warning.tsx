import { useTexts } from "../i18n";
import type { Room } from "./room";
import { texts } from "./texts";

/** The organiser's warning stays in sight of all who watch (Law 122/2025/QH15, Art. 22). */
export function Warning({ room }: { room: Room }) {
  const t = useTexts(texts);
  const stopped = room.session.value?.stopped_reason;
  const warning = room.warning.value;
  return (
    <div role="status" class="stack">
      {stopped && <p class="problem"><strong>{t.stopped}:</strong> {stopped}</p>}
      {warning && <p class="note warn"><strong>{t.warning}:</strong> {warning.text}</p>}
    </div>
  );
}
