import { useTexts } from "../i18n";
import { Field, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** Fields that say themselves what is wrong. */
const FIELDS = ["decision_no", "decision_date", "issuing_authority", "stars"];
const LEVELS = ["province", "central", "district_legacy"] as const;
const VERSIONS = ["qd26", "qd1489", "qd148"] as const;

interface Props {
  productId: string;
  onDone: () => void;
}

/** An OCOP certificate, as it stands on the paper. */
export function CertificateForm({ productId, onDone }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  async function record(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body = { ...Object.fromEntries(form), stars: Number(form.get("stars")) };
    if (await sending.run(() => send("POST", `/v1/products/${productId}/certificates`, body))) onDone();
  }
  return (
    <form class="form" onSubmit={(event) => void record(event)}>
      <div class="fields">
        <Field label={t.decisionNo} name="decision_no" wrong={wrong("decision_no")} required />
        <Field label={t.decisionDate} name="decision_date" wrong={wrong("decision_date")} type="date" required />
        <Field label={t.authority} name="issuing_authority" wrong={wrong("issuing_authority")} required />
        <Field label={t.stars} name="stars" wrong={wrong("stars")} type="number" min={3} max={5} required />
        <label class="field">
          {t.level}
          <select name="issuing_level">
            {LEVELS.map((level) => (
              <option key={level} value={level}>{t.levels[level]}</option>
            ))}
          </select>
        </label>
        <label class="field">
          {t.rules}
          <select name="legal_version">
            {VERSIONS.map((version) => (
              <option key={version} value={version}>{t.versions[version]}</option>
            ))}
          </select>
        </label>
      </div>
      <Faults of={sending.problem} shown={FIELDS} />
      <button class="button" disabled={sending.busy}>{t.addCertificate}</button>
    </form>
  );
}
