import type { Product } from "../api/types";
import { useAnswer } from "../api/use";
import { decimal, money } from "../format";
import { useTexts } from "../i18n";
import { Stars } from "../ui/Stars";
import { WardLine } from "../ui/WardLine";
import { CertificateCard } from "./CertificateCard";
import { texts } from "./texts";

export function ProductView({ product }: { product: Product }) {
  const t = useTexts(texts);
  const producer = useAnswer<{ name: string }>(`/v1/producers/${product.producer_id}`);
  const facts: [string, string | null | undefined][] = [
    [t.gi, product.gi_no],
    [t.ingredients, product.ingredients],
    [t.allergens, product.allergens],
    [t.storage, product.storage],
    [t.shelf, product.shelf_life_days == null ? null : t.days(product.shelf_life_days)],
    [t.alcohol, product.alcohol_permille == null ? null : `${decimal(product.alcohol_permille / 10, 1)} %`],
  ];
  return (
    <article class="stack">
      <header class="stack product-head">
        <h1>{product.name}</h1>
        <p class="row">
          <Stars count={product.stars_shown} />
          {producer.value && <span class="soft">{t.by} {producer.value.name}</span>}
        </p>
      </header>
      {product.photos.length > 0 && (
        <ul class="photos">
          {product.photos.map((photo) => (
            <li key={photo.photo_id}>
              <img src={photo.large.url} width={photo.large.width} height={photo.large.height} alt={photo.alt} loading="lazy" />
            </li>
          ))}
        </ul>
      )}
      {product.description && <p>{product.description}</p>}
      <section class="card stack" aria-labelledby="packs">
        <h2 id="packs">{t.packs}</h2>
        <ul class="rows">
          {product.variants.map((variant) => (
            <li key={variant.variant_id}>
              <span>{variant.pack}</span>
              <strong class="push">{money(variant.list_price)}</strong>
            </li>
          ))}
        </ul>
      </section>
      <section class="card stack" aria-labelledby="origin">
        <h2 id="origin">{t.origin}</h2>
        {product.origin && <p>{product.origin.line && `${product.origin.line}, `}<WardLine code={product.origin.ward_code} /></p>}
        {product.trace_url && (
          <p>
            {t.trace}: <a href={product.trace_url} target="_blank" rel="noopener noreferrer">{t.traceOpen}</a>
          </p>
        )}
        <dl class="facts">
          {facts.filter(([, fact]) => fact).map(([name, fact]) => (
            <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>
          ))}
        </dl>
      </section>
      {product.certificate && <CertificateCard certificate={product.certificate} starsShown={product.stars_shown} />}
    </article>
  );
}
