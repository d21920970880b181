import { timeOfDay } from "../format";
import { useTexts } from "../i18n";
import { Button } from "../kit";
import { texts } from "./texts";
import type { Complaint } from "./types";

interface Props {
  complaints: Complaint[];
  onOpen: (complaint: Complaint) => void;
}

/** What people complain of, with the second of the session at which they did. */
export function ComplaintList({ complaints, onOpen }: Props) {
  const t = useTexts(texts);
  if (complaints.length === 0) return <p class="hint">{t.complaintsNone}</p>;
  return (
    <ul class="rows">
      {complaints.map((complaint) => (
        <li key={complaint.complaint_id}>
          <time dateTime={complaint.at}>{timeOfDay(complaint.at)}</time>
          <span class="grow">
            <b>{complaint.author_name}</b> {complaint.text}
            <small>
              {complaint.number} · {t.categories[complaint.category]}
            </small>
          </span>
          <span class={complaint.state === "open" ? "tag warn" : "tag"}>{t.complaintStates[complaint.state]}</span>
          {complaint.state !== "closed" && (
            <Button onClick={() => onOpen(complaint)} aria-label={`${t.answer}: ${complaint.number}`}>
              {t.answer}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
