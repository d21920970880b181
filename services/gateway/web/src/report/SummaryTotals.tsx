import type { SummarySums } from "../work/types";
import { money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** The year in one line of figures. */
export function SummaryTotals({ total }: { total: SummarySums }) {
  const t = useTexts(texts);
  const figures = [
    [t.net, money(total.net)],
    [t.helped, number(total.units_sold)],
    [t.sessions, number(total.sessions)],
    [t.producers, number(total.producers)],
    [t.products, number(total.products)],
    [t.orders, number(total.orders)],
  ];
  return (
    <section class="totals">
      <dl class="totals-great">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
