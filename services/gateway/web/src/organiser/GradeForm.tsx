import type { Certificate } from "../work/types";
import { day } from "../format";
import { useTexts } from "../i18n";
import { Problem, send, useSending } from "../kit";
import { texts } from "./texts";

const GRADES = ["a", "b1", "b2", "c"] as const;

interface Props {
  certificate: Certificate;
  onDone: () => void;
}

/** The organiser's word on a certificate: only A and B1 let its stars be shown. */
export function GradeForm({ certificate, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const grade = (evidence: string) =>
    sending.run(async () => {
      await send("POST", `/v1/certificates/${certificate.certificate_id}/grade`, { evidence });
      onDone();
    });
  return (
    <>
      <small>
        {certificate.decision_no}, {t.stars(certificate.stars)}, {t.validTo(day(certificate.valid_to))}
      </small>
      <label>
        <span class="unseen">
          {t.grade}, {certificate.decision_no}
        </span>
        <select value={certificate.evidence} disabled={sending.busy} onChange={(event) => void grade(event.currentTarget.value)}>
          {GRADES.map((one) => (
            <option key={one} value={one}>
              {t.grades[one]}
            </option>
          ))}
        </select>
      </label>
      <Problem of={sending.problem} />
    </>
  );
}
