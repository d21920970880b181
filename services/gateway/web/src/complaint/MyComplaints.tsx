import { useAnswer } from "../api/use";
import type { Complaint } from "../api/types";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What this person complained about, and what was answered. */
export function MyComplaints() {
  const t = useTexts(texts);
  const { value } = useAnswer<{ complaints: Complaint[] }>("/v1/me/complaints");
  if (!value || value.complaints.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="complaints">
      <h2 id="complaints">{t.mine}</h2>
      <ul class="rows">
        {value.complaints.map((complaint) => (
          <li key={complaint.complaint_id}>
            <b>{complaint.number}</b>
            <span class={`tag ${complaint.state === "open" ? "warn" : "good"}`}>{t.states[complaint.state]}</span>
            <span class="small soft push">{moment(complaint.at)}</span>
            <p class="complaint-words">{complaint.text}</p>
            {complaint.answer && <p class="note complaint-words">{t.answer}: {complaint.answer}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
