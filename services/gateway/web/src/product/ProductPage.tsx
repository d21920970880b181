import type { Product } from "../api/types";
import { useAnswer } from "../api/use";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Page } from "../ui/Page";
import { Problem } from "../ui/Problem";
import { Skeleton } from "../ui/Skeleton";
import { ProductView } from "./ProductView";
import { texts } from "./texts";
import "./product.css";

/** What a product is, where it comes from, and what proves it. */
export default function ProductPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  const { value, problem } = useAnswer<Product>(`/v1/products/${encodeURIComponent(params["product"] ?? "")}`);
  return (
    <Page title={value?.name ?? t.product}>
      {value ? <ProductView product={value} /> : problem ? <Problem of={problem} /> : <Skeleton height="20rem" />}
    </Page>
  );
}
