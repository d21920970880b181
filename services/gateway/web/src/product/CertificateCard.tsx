import type { Certificate } from "../api/types";
import { day } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  certificate: Certificate;
  /** None while it is not proven or not valid. */
  starsShown: number;
}

/** What recognised the product, by whom, and until when. */
export function CertificateCard({ certificate, starsShown }: Props) {
  const t = useTexts(texts);
  const holds = certificate.status === "valid" || certificate.status === "expiring";
  return (
    <section class="card stack" aria-labelledby="certificate">
      <h2 id="certificate">{t.certificate}</h2>
      <p class="row"><span class={`tag ${holds ? "good" : "bad"}`}>{t.statuses[certificate.status]}</span></p>
      {holds && starsShown === 0 && <p class="note">{t.unproven}</p>}
      {certificate.revoked_reason && <p class="problem">{certificate.revoked_reason}</p>}
      <dl class="facts">
        <div><dt>{t.decision}</dt><dd>{certificate.decision_no}, {day(certificate.decision_date)}</dd></div>
        {certificate.certificate_no && <div><dt>{t.number}</dt><dd>{certificate.certificate_no}</dd></div>}
        <div><dt>{t.authority}</dt><dd>{certificate.issuing_authority}</dd></div>
        <div><dt>{t.valid}</dt><dd>{t.validUntil(day(certificate.valid_from), day(certificate.valid_to))}</dd></div>
      </dl>
      {certificate.scan && (
        <img src={certificate.scan.small.url} width={certificate.scan.small.width} height={certificate.scan.small.height} alt={certificate.scan.alt || t.certificate} loading="lazy" />
      )}
    </section>
  );
}
