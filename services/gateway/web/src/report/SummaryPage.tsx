import { useMemo, useState } from "preact/hooks";
import type { Summary } from "../work/types";
import { Chart } from "../chart/Chart";
import { shortNumber } from "../chart/short";
import { number } from "../format";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { OrganiserFrame } from "../organiser/OrganiserFrame";
import { MonthTable } from "./MonthTable";
import { byMonth, thisYear } from "./series";
import { SessionTable } from "./SessionTable";
import { SummaryTotals } from "./SummaryTotals";
import { texts } from "./texts";

/** Years that may be chosen, newest first. */
const YEARS = 5;

/** The year for the meeting at its end: sessions, producers, products, units helped to sell. */
export default function SummaryPage({ params }: { params: Params }) {
  const organiserId = params["organiser"] ?? "";
  const t = useTexts(texts);
  const [year, setYear] = useState(thisYear);
  const path = `/v1/organisers/${organiserId}/summary`;
  const { value: summary, problem } = useAnswer<Summary>(`${path}?year=${year}`);
  const net = useMemo(() => byMonth(summary?.months ?? [], (month) => month.net), [summary]);
  const units = useMemo(() => byMonth(summary?.months ?? [], (month) => month.units_sold), [summary]);
  return (
    <OrganiserFrame title={t.summary} organiserId={organiserId}>
      <div class="buttons no-print">
        <label class="field inline">
          {t.year}
          <select value={year} onChange={(event) => setYear(Number(event.currentTarget.value))}>
            {Array.from({ length: YEARS }, (_, back) => thisYear() - back).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <a class="button" href={`${path}.csv?year=${year}`} download>{t.csv}</a>
        <a class="button" href={`${path}.xlsx?year=${year}`} download>{t.xlsx}</a>
        <button class="button" onClick={() => print()}>{t.print}</button>
      </div>
      <Problem of={problem} />
      {summary && summary.sessions.length === 0 && <p class="hint">{t.none}</p>}
      {summary && summary.sessions.length > 0 && (
        <>
          <SummaryTotals total={summary.total} />
          <div class="charts">
            <Chart title={t.monthNet} kind="bars" x={net[0]} y={net[1]} label={shortNumber} span="months" />
            <Chart title={t.monthUnits} kind="bars" x={units[0]} y={units[1]} label={number} span="months" />
          </div>
          <MonthTable summary={summary} />
          <SessionTable sessions={summary.sessions} />
        </>
      )}
    </OrganiserFrame>
  );
}
