import type { Products } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { ProducerFrame } from "./ProducerFrame";
import { ProductCard } from "./ProductCard";
import { texts } from "./texts";

/** What the producer sells: with papers, photos and stock. */
export default function GoodsPage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const goods = useAnswer<Products>(`/v1/products?producer_id=${producerId}&limit=100`);
  return (
    <ProducerFrame title={t.goods} producerId={producerId}>
      <p class="buttons">
        <a class="button main" href={`/producer/${producerId}/import`}>{t.import}</a>
      </p>
      <Problem of={goods.problem} />
      {goods.value?.products.length === 0 && <p class="hint">{t.none}</p>}
      <ul class="cards">
        {goods.value?.products.map((product) => (
          <ProductCard key={product.product_id} product={product} onChanged={goods.again} />
        ))}
      </ul>
    </ProducerFrame>
  );
}
