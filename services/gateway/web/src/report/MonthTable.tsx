import type { Summary } from "../work/types";
import { money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** The year by month, and in all. */
export function MonthTable({ summary }: { summary: Summary }) {
  const t = useTexts(texts);
  const rows = [
    ...summary.months.map((month) => ({ name: t.month(month.month), sums: month })),
    { name: t.total, sums: summary.total },
  ];
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.byMonth}>
      <table class="figures figures-total">
        <caption>{t.byMonth}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" class="num">{t.sessions}</th>
            <th scope="col" class="num">{t.producers}</th>
            <th scope="col" class="num">{t.products}</th>
            <th scope="col" class="num">{t.orders}</th>
            <th scope="col" class="num">{t.helped}</th>
            <th scope="col" class="num">{t.net}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, sums }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="num">{number(sums.sessions)}</td>
              <td class="num">{number(sums.producers)}</td>
              <td class="num">{number(sums.products)}</td>
              <td class="num">{number(sums.orders)}</td>
              <td class="num">{number(sums.units_sold)}</td>
              <td class="num">{money(sums.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
