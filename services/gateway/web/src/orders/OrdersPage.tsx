import { Guard } from "../ui/Guard";
import { Page } from "../ui/Page";
import { useTexts } from "../i18n";
import { OrderList } from "./OrderList";
import { texts } from "./texts";

/** What this person ordered, in all sessions. */
export default function OrdersPage() {
  const t = useTexts(texts);
  return (
    <Guard title={t.mine}>
      {() => (
        <Page title={t.mine}>
          <div class="stack">
            <h1>{t.mine}</h1>
            <OrderList />
          </div>
        </Page>
      )}
    </Guard>
  );
}
