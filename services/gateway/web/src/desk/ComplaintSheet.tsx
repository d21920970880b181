import { useTexts } from "../i18n";
import { Button, Sheet, TextArea, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { answerComplaint, closeComplaint } from "./api";
import { texts } from "./texts";
import type { Complaint } from "./types";

interface Props {
  complaint: Complaint;
  onClose: () => void;
  onDone: () => void;
}

/** A complaint is answered for its author to read, and closed when it is settled. */
export function ComplaintSheet({ complaint, onClose, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const end = async (work: () => Promise<unknown>) => {
    if (await sending.run(work)) onDone();
  };
  function answer(event: SubmitEvent) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get("answer"));
    void end(() => answerComplaint(complaint, text));
  }
  return (
    <Sheet title={complaint.number} onClose={onClose}>
      <p>
        <b>{complaint.author_name}</b>: <q>{complaint.text}</q>
      </p>
      <form class="stack" onSubmit={answer}>
        <TextArea label={t.answer} name="answer" required maxLength={2000} rows={4} defaultValue={complaint.answer ?? ""} />
        <Faults of={sending.problem} />
        <button class="button main wide" disabled={sending.busy}>{t.answer}</button>
      </form>
      <Button busy={sending.busy} onClick={() => void end(() => closeComplaint(complaint))}>{t.settle}</Button>
    </Sheet>
  );
}
