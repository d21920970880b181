import type { Settlement } from "../work/types";
import { day, money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What was sold, session by session, and whose account the money went to. */
export function Settled({ settlement }: { settlement: Settlement }) {
  const t = useTexts(texts);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.settlement}>
      <table class="figures figures-total">
        <caption>{t.settlement}</caption>
        <thead>
          <tr>
            <th scope="col">{t.session}</th>
            <th scope="col">{t.payee}</th>
            <th scope="col" class="num">{t.orders}</th>
            <th scope="col" class="num">{t.sold}</th>
            <th scope="col" class="num">{t.gross}</th>
            <th scope="col" class="num">{t.net}</th>
            <th scope="col" class="num">{t.transfer}</th>
            <th scope="col" class="num">{t.codCollected}</th>
            <th scope="col" class="num">{t.codToCollect}</th>
            <th scope="col" class="num">{t.awaiting}</th>
          </tr>
        </thead>
        <tbody>
          {settlement.rows.map((row) => (
            <tr key={`${row.session_id}.${row.payee_id}`}>
              <th scope="row" class="what">
                {row.session_title}
                {row.first_order_at && <small>{day(row.first_order_at)}</small>}
              </th>
              <td>{t.payees[row.payee]}</td>
              <Amounts sums={row} />
            </tr>
          ))}
          <tr>
            <th scope="row">{t.total}</th>
            <td />
            <Amounts sums={settlement.total} />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Amounts({ sums }: { sums: Settlement["total"] }) {
  return (
    <>
      <td class="num">{number(sums.orders)}</td>
      <td class="num">{number(sums.units_sold)}</td>
      <td class="num">{money(sums.gross)}</td>
      <td class="num">{money(sums.net)}</td>
      <td class="num">{money(sums.by_transfer)}</td>
      <td class="num">{money(sums.cod_collected)}</td>
      <td class="num">{money(sums.cod_to_collect)}</td>
      <td class="num">{money(sums.awaiting)}</td>
    </>
  );
}
