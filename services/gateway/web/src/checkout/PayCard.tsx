import type { MoneyNews, Payment } from "../api/types";
import { money } from "../format";
import { useTexts } from "../i18n";
import { Copied } from "./Copied";
import { texts } from "./texts";
import "./checkout.css";

interface Props {
  payment: Payment;
  /** What the feed told last of it. */
  news: MoneyNews | undefined;
}

/** One transfer: what to scan, what to copy, and whether the money has come. */
export function PayCard({ payment, news }: Props) {
  const t = useTexts(texts);
  const state = news?.state ?? payment.state;
  const received = news?.amount_received ?? payment.amount_received;
  const waits = state === "none" || state === "partial";
  return (
    <div class="pay">
      {waits && (
        <>
          <p class="small soft">{t.scan}</p>
          <img class="pay-qr" src={`/v1/payments/${payment.payment_id}/qr.svg`} alt={t.qrAlt} width="240" height="240" />
          <dl class="pay-facts">
            <Copied name={t.amount} shown={money(payment.amount_due)} copied={String(payment.amount_due)} />
            <Copied name={t.memo} shown={payment.payment_code} copied={payment.payment_code} />
            {payment.payee && (
              <Copied name={t.account} shown={`${payment.payee.account_no} · ${payment.payee.account_name}`} copied={payment.payee.account_no} />
            )}
          </dl>
        </>
      )}
      <p role="status" class={`note pay-state ${waits ? "" : state === "late" ? "warn" : "good"}`}>
        {state === "none" && t.waitingMoney}
        {state === "partial" && t.partly(money(received), money(payment.amount_due))}
        {(state === "exact" || state === "over") && `✓ ${t.received} · ${money(received)}`}
        {state === "late" && t.late}
        {state === "refund_due" && t.refundDue}
        {state === "refunded" && t.refunded}
      </p>
    </div>
  );
}
