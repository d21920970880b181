import type { Certificate } from "../work/types";
import { useTexts } from "../i18n";
import { send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { texts } from "./texts";

interface Props {
  certificate: Certificate;
  onDone: () => void;
}

/** A picture of the certificate's paper, in place of the one before. */
export function ScanUpload({ certificate, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  async function upload(event: Event) {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    const path = `/v1/certificates/${certificate.certificate_id}/scan?alt=${encodeURIComponent(certificate.decision_no)}`;
    if (await sending.run(() => send("PUT", path, file))) onDone();
  }
  const scan = certificate.scan;
  return (
    <>
      {scan && (
        <a href={scan.large.url}>
          <img src={scan.small.url} width={scan.small.width} height={scan.small.height} alt={scan.alt} loading="lazy" />
        </a>
      )}
      <label class="field">
        {t.scan}
        <input type="file" accept="image/jpeg,image/png,image/webp" disabled={sending.busy} onChange={(event) => void upload(event)} />
      </label>
      <Faults of={sending.problem} />
    </>
  );
}
