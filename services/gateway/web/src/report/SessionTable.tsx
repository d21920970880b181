import type { SummarySession } from "../work/types";
import { day, money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** Each session of the year, with the way to its report. */
export function SessionTable({ sessions }: { sessions: SummarySession[] }) {
  const t = useTexts(texts);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.bySession}>
      <table class="figures">
        <caption>{t.bySession}</caption>
        <thead>
          <tr>
            <th scope="col">{t.day}</th>
            <th scope="col">{t.session}</th>
            <th scope="col" class="num">{t.producers}</th>
            <th scope="col" class="num">{t.products}</th>
            <th scope="col" class="num">{t.orders}</th>
            <th scope="col" class="num">{t.helped}</th>
            <th scope="col" class="num">{t.net}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.session_id}>
              <td>{day(session.went_live_at)}</td>
              <th scope="row" class="what">
                <a href={`/report/${session.session_id}`}>{session.title}</a>
              </th>
              <td class="num">{number(session.producers)}</td>
              <td class="num">{number(session.products)}</td>
              <td class="num">{number(session.orders)}</td>
              <td class="num">{number(session.units_sold)}</td>
              <td class="num">{money(session.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
