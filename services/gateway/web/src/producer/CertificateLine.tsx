import { useState } from "preact/hooks";
import type { Product } from "../work/types";
import { day } from "../format";
import { useTexts } from "../i18n";
import { CertificateForm } from "./CertificateForm";
import { ScanUpload } from "./ScanUpload";
import { tag } from "../work/tone";
import { texts } from "./texts";

interface Props {
  product: Product;
  onChanged: () => void;
}

/** How a product is recognised, and whether its stars show. */
export function CertificateLine({ product, onChanged }: Props) {
  const t = useTexts(texts);
  const [open, setOpen] = useState(false);
  const paper = product.certificate;
  return (
    <div class="certificate">
      {paper ? (
        <p>
          <b class="code">{t.starsOf(paper.stars)}</b> {paper.decision_no}, {t.until(day(paper.valid_to))}{" "}
          <span class={tag(paper.status)}>{t.statuses[paper.status]}</span>{" "}
          <span class="tag">{t.evidence[paper.evidence]}</span>
        </p>
      ) : (
        <p class="hint">{t.noCertificate}</p>
      )}
      {paper && product.stars_shown === 0 && <p class="hint">{t.hiddenStars}</p>}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{paper ? t.certificate : t.addCertificate}</summary>
        {open && paper && <ScanUpload certificate={paper} onDone={onChanged} />}
        {open && <CertificateForm productId={product.product_id} onDone={onChanged} />}
      </details>
    </div>
  );
}
