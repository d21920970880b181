import type { ReportProducer } from "../work/types";
import { money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What each producer's offers came to. */
export function ProducerSums({ producers }: { producers: ReportProducer[] }) {
  const t = useTexts(texts);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.byProducer}>
      <table class="figures">
        <caption>{t.byProducer}</caption>
        <thead>
          <tr>
            <th scope="col">{t.producer}</th>
            <th scope="col" class="num">{t.orders}</th>
            <th scope="col" class="num">{t.unitsSold}</th>
            <th scope="col" class="num">{t.awaiting}</th>
            <th scope="col" class="num">{t.gross}</th>
            <th scope="col" class="num">{t.net}</th>
          </tr>
        </thead>
        <tbody>
          {producers.map((producer) => (
            <tr key={producer.producer_id}>
              <th scope="row" class="what">{producer.producer_name}</th>
              <td class="num">{number(producer.orders)}</td>
              <td class="num">{number(producer.units_sold)}</td>
              <td class="num">{money(producer.awaiting)}</td>
              <td class="num">{money(producer.gross)}</td>
              <td class="num">{money(producer.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
