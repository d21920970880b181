import { useState } from "preact/hooks";
import type { Product, Products, Variant } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Field, Problem, useAnswer } from "../kit";
import { texts } from "./texts";

export interface Chosen {
  product: Product;
  variant: Variant;
}

/** Goods of all producers, found by words of their names. */
export function GoodsFinder({ onChoose }: { onChoose: (chosen: Chosen) => void }) {
  const t = useTexts(texts);
  const [words, setWords] = useState("");
  const { value, problem } = useAnswer<Products>(`/v1/products?limit=20&text=${encodeURIComponent(words)}`);
  const found = value?.products.filter((product) => product.state === "listed") ?? [];
  return (
    <div class="finder">
      <Field label={t.find} hint={t.findHint} name="find" type="search" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      <Problem of={problem} />
      <ul class="rows" aria-live="polite">
        {value && found.length === 0 && <li class="hint">{t.foundNone}</li>}
        {found.flatMap((product) =>
          product.variants.map((variant) => (
            <li key={variant.variant_id}>
              <span class="grow">
                <b>{product.name}</b>, {variant.pack}
                {product.stars_shown > 0 && <small>{t.stars(product.stars_shown)}</small>}
              </span>
              <span class="num">{money(variant.list_price)}</span>
              {variant.stock && <small>{t.onHand(variant.stock.on_hand)}</small>}
              <button type="button" class="button compact" onClick={() => onChoose({ product, variant })}>
                {t.choose} <span class="unseen">{product.name}, {variant.pack}</span>
              </button>
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
