import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Guard } from "../ui/Guard";
import { Page } from "../ui/Page";
import { Problem } from "../ui/Problem";
import { FeedSign } from "../ui/FeedSign";
import { Skeleton } from "../ui/Skeleton";
import { OrderView } from "./OrderView";
import { texts } from "./texts";
import { useOrder } from "./useOrder";
import "./orders.css";

export default function OrderPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  return <Guard title={t.order}>{() => <OneOrder orderId={params["order"] ?? ""} />}</Guard>;
}

function OneOrder({ orderId }: { orderId: string }) {
  const t = useTexts(texts);
  const { order, problem, feed, money, set } = useOrder(orderId);
  return (
    <Page title={t.order}>
      {feed && <FeedSign feed={feed} />}
      {order ? <OrderView order={order} money={money.value} onChange={set} /> : problem ? <Problem of={problem} /> : <Skeleton height="20rem" />}
    </Page>
  );
}
