import type { Products } from "../work/types";
import { useTexts } from "../i18n";
import { Problem, useAnswer } from "../kit";
import { GradeForm } from "./GradeForm";
import { texts } from "./texts";

/** A producer's goods, and how well their certificates are proven. */
export function GoodsOf({ producerId }: { producerId: string }) {
  const t = useTexts(texts);
  const goods = useAnswer<Products>(`/v1/products?producer_id=${producerId}&limit=100`);
  return (
    <>
      <Problem of={goods.problem} />
      <ul class="rows">
        {goods.value?.products.map((product) => (
          <li key={product.product_id}>
            <span class="grow">{product.name}</span>
            {product.certificate ? <GradeForm certificate={product.certificate} onDone={goods.again} /> : <small>{t.noCertificate}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}
