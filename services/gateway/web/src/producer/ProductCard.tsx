import type { Product } from "../work/types";
import { useTexts } from "../i18n";
import { CertificateLine } from "./CertificateLine";
import { PhotoStrip } from "./PhotoStrip";
import { texts } from "./texts";
import { VariantStock } from "./VariantStock";

interface Props {
  product: Product;
  onChanged: () => void;
}

/** One product: what it is, how it is proven, and where its units are. */
export function ProductCard({ product, onChanged }: Props) {
  const t = useTexts(texts);
  return (
    <li class="card">
      <h2>{product.name}</h2>
      {product.state === "withdrawn" && <p class="tag">{t.withdrawn}</p>}
      <CertificateLine product={product} onChanged={onChanged} />
      {product.variants.map((variant) => (
        <VariantStock key={variant.variant_id} name={product.name} variant={variant} />
      ))}
      <PhotoStrip product={product} />
    </li>
  );
}
