import type { Offer, Product } from "../api/types";
import { useAnswer } from "../api/use";
import { day } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** A look at the goods, and the decision behind the stars; its place is kept until it is known that there is neither. */
export function Proof({ offer }: { offer: Offer }) {
  const t = useTexts(texts);
  const { value, problem } = useAnswer<Product>(`/v1/products/${offer.product_id}`);
  const product = value?.product_id === offer.product_id ? value : null;
  const photo = product?.photos[0];
  const certificate = offer.stars_shown > 0 ? product?.certificate : null;
  const nothing = product && !photo && !certificate;
  if (problem || nothing) return null;
  return (
    <div class="proof">
      {photo && <img src={photo.small.url} width={photo.small.width} height={photo.small.height} alt={photo.alt} />}
      {certificate && <span class="soft">{t.proof(certificate.decision_no, day(certificate.valid_to))}</span>}
    </div>
  );
}
