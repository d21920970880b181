import { useState } from "preact/hooks";
import type { ImportReport } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, send, useSending } from "../kit";
import { cut, type Cut, MOST_BYTES } from "./csv";
import { ProducerFrame } from "./ProducerFrame";
import { RowErrors } from "./RowErrors";
import { texts } from "./texts";

interface Chosen {
  text: string;
  file: Cut;
}

/** Goods from a spreadsheet: first tried, then brought in, all of it or nothing. */
export default function ImportPage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const sending = useSending();

  async function choose(event: Event) {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    setReport(null);
    setChosen(null);
    setUnreadable(null);
    if (!file) return;
    if (file.size > MOST_BYTES) return setUnreadable(t.tooLarge);
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      setChosen({ text, file: await cut(text) });
      await tell(text, true);
    } catch {
      setUnreadable(t.notText);
    }
  }

  const tell = (text: string, dryRun: boolean) =>
    sending.run(async () => setReport(await send<ImportReport>("POST", `/v1/goods/import?dry_run=${dryRun}`, text)));

  const clean = report?.errors.length === 0;
  return (
    <ProducerFrame title={t.import} producerId={producerId}>
      <label class="field">
        {t.chooseFile}
        <input type="file" accept=".csv,text/csv" onChange={(event) => void choose(event)} aria-describedby="csv-hint" />
      </label>
      <p id="csv-hint" class="hint">
        {t.fileHint}
      </p>
      {unreadable && <p role="alert" class="problem">{unreadable}</p>}
      <Problem of={sending.problem} />
      <div aria-live="polite">
        {report && chosen && !clean && <RowErrors errors={report.errors} file={chosen.file} />}
        {report && clean && report.dry_run && (
          <>
            <p>{t.checked(report.rows, report.products_created, report.variants_created)}</p>
            <button class="button main" disabled={sending.busy} onClick={() => chosen && void tell(chosen.text, false)}>
              {t.bring}
            </button>
          </>
        )}
        {report && clean && !report.dry_run && (
          <p class="done">
            {t.brought(report.products_created, report.variants_created)} <a href={`/producer/${producerId}`}>{t.goods}</a>
          </p>
        )}
      </div>
    </ProducerFrame>
  );
}
