import { send } from "../api/client";
import type { components } from "../api/schema";
import { useAnswer, useSending } from "../api/use";
import { day } from "../format";
import { useTexts } from "../i18n";
import { Problem } from "../ui/Problem";
import { consentTexts } from "./consentTexts";

type Given = components["schemas"]["Consents"];

/** What may be agreed to, each with the version of the text that was read. */
const PURPOSES = ["delivery", "session_news"] as const;
const TEXT_VERSION = "2026-11-24";

/** What somebody agreed to, and a way to take it back at any time (Law 91/2025/QH15). */
export function Consents() {
  const t = useTexts(consentTexts);
  const given = useAnswer<Given>("/v1/me/consents");
  const sending = useSending();
  const change = (purpose: string, agreed: boolean) =>
    void sending.run(async () => {
      await send("POST", "/v1/me/consents", { purpose, text_version: TEXT_VERSION, given: agreed });
      given.again();
    });
  return (
    <section class="card stack" aria-labelledby="consents">
      <h2 id="consents">{t.title}</h2>
      <Problem of={given.problem ?? sending.problem} />
      {PURPOSES.map((purpose) => {
        const last = given.value?.consents.find((one) => one.purpose === purpose);
        return (
          <label class="choice" key={purpose}>
            <input
              type="checkbox" checked={last?.given ?? false} disabled={sending.busy || !given.value}
              onChange={(event) => change(purpose, event.currentTarget.checked)}
            />
            <span>
              {t.purposes[purpose]}
              {last && <small class="soft"> {last.given ? t.since(day(last.at)) : t.takenBack(day(last.at))}</small>}
            </span>
          </label>
        );
      })}
    </section>
  );
}
