import { useMemo } from "preact/hooks";
import type { Report } from "../work/types";
import { Chart } from "../chart/Chart";
import { shortNumber } from "../chart/short";
import { moment, number } from "../format";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { works } from "../work/may";
import { WorkPage } from "../work/WorkPage";
import { OfferSums } from "./OfferSums";
import { ProducerSums } from "./ProducerSums";
import { grossSoFar, ordersByMinute } from "./series";
import { texts } from "./texts";
import { Totals } from "./Totals";

/** What a session came to. */
export default function ReportPage({ params }: { params: Params }) {
  const sessionId = params["session"] ?? "";
  const t = useTexts(texts);
  const path = `/v1/sessions/${sessionId}/report`;
  const { value: report, problem } = useAnswer<Report>(path);
  const orders = useMemo(() => ordersByMinute(report?.minutes ?? []), [report]);
  const gross = useMemo(() => grossSoFar(report?.minutes ?? []), [report]);
  if (!report) return <WorkPage title={t.report} may={works}><Problem of={problem} /></WorkPage>;
  return (
    <WorkPage title={report.title} may={works}>
      <p>
        {report.went_live_at && moment(report.went_live_at)}
        {report.ended_at && ` – ${moment(report.ended_at)}`}
      </p>
      {report.state !== "ended" && <p class="hint">{t.notOver}</p>}
      <p class="buttons no-print">
        <a class="button" href={`${path}.csv`} download>{t.csv}</a>
        <a class="button" href={`${path}.xlsx`} download>{t.xlsx}</a>
        <button class="button" onClick={() => print()}>{t.print}</button>
      </p>
      <Totals sums={report.totals} />
      {report.minutes.length > 0 && (
        <div class="charts">
          <Chart title={t.byMinute} kind="bars" x={orders[0]} y={orders[1]} label={number} span="time" />
          <Chart title={t.soFar} kind="line" x={gross[0]} y={gross[1]} label={shortNumber} span="time" />
        </div>
      )}
      {report.minutes.length === 0 && <p class="hint">{t.noOrders}</p>}
      <OfferSums offers={report.offers} />
      <ProducerSums producers={report.producers} />
    </WorkPage>
  );
}
