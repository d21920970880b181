import { useState } from "preact/hooks";
import type { Producers, Product, Products, Variant } from "../work/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Field, Problem, Stars, useAnswer } from "../kit";
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
  const producers = useAnswer<Producers>("/v1/producers?limit=100");
  const names = new Map(producers.value?.producers.map((producer) => [producer.producer_id, producer.name]));
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
                <b>{product.name}</b>, {variant.pack}{" "}
                <Stars count={product.stars_shown} />
                <small>{names.get(product.producer_id)}</small>
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
