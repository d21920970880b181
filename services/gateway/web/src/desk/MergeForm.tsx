import { useState } from "preact/hooks";
import { useLanguage, useTexts } from "../i18n";
import { Button, Stepper, toast, useSending } from "../kit";
import { Faults } from "../work/Faults";
import type { KeptInSession } from "../work/types";
import { mergeHolds } from "./api";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  accountId: string;
  kept: KeptInSession;
  codes: Map<string, string>;
  onDone: () => void;
}

/** What a shopper holds goes over to another one: all of it merges two orders, some of it splits one. */
export function MergeForm({ sessionId, accountId, kept, codes, onDone }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const sending = useSending();
  const own = kept.holds.filter((hold) => hold.account_id === accountId);
  const others = new Map([...kept.holds, ...kept.waiting].map((one) => [one.account_id, one.shopper_name]));
  others.delete(accountId);
  const [chosen, setChosen] = useState(new Map<string, number>());
  const [into, setInto] = useState("");
  if (own.length === 0 || others.size === 0) return null;
  const unitsOf = (offerId: string, held: number) => Math.min(chosen.get(offerId) ?? held, held);
  const choose = (offerId: string, units: number) => setChosen(new Map(chosen).set(offerId, units));
  const lines = own.map((hold) => ({ offer_id: hold.offer_id, units: unitsOf(hold.offer_id, hold.units) })).filter((line) => line.units > 0);
  const merge = async () => {
    const done = await sending.run(async () => {
      const { kept } = await mergeHolds(sessionId, accountId, into, lines);
      for (const { offer_id, hold, refused } of kept) {
        const code = codes.get(offer_id) ?? "";
        if (refused) toast(`${code}: ${language === "vi" ? refused.reason_vi : refused.reason_en}`);
        else toast(t.wentOver(others.get(into) ?? "", code, hold?.units ?? 0));
      }
    });
    if (done) onDone();
  };
  return (
    <section class="stack" aria-label={t.merge}>
      <h3>{t.merge}</h3>
      <ul class="rows">
        {own.map((hold) => {
          const code = codes.get(hold.offer_id) ?? "";
          const units = unitsOf(hold.offer_id, hold.units);
          return (
            <li key={hold.hold_id}>
              <label class="grow">
                <input type="checkbox" checked={units > 0} onChange={(event) => choose(hold.offer_id, event.currentTarget.checked ? hold.units : 0)} />{" "}
                <b class="code">{code}</b>
              </label>
              {units > 0 && <Stepper label={`${code}: ${t.units}`} value={units} most={hold.units} onChange={(count) => choose(hold.offer_id, count)} />}
            </li>
          );
        })}
      </ul>
      <label class="field">
        {t.mergeInto}
        <select value={into} onChange={(event) => setInto(event.currentTarget.value)}>
          <option value="" disabled />
          {[...others].map(([id, name]) => (
            <option key={id} value={id}>{name}</option>
          ))}
        </select>
      </label>
      <Faults of={sending.problem} />
      <Button busy={sending.busy} disabled={into === "" || lines.length === 0} onClick={() => void merge()}>{t.mergeNow}</Button>
    </section>
  );
}
