import type { Session } from "../api/types";
import { Refused } from "../api/client";
import { wordsOf, wordsOfField } from "../api/words";
import { money } from "../format";
import { useLanguage, useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { Choices } from "../ui/Choices";
import { Field } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { BoughtList } from "./BoughtList";
import { goodsOf, shippingOf } from "./sums";
import type { Bought } from "./sums";
import { texts } from "./texts";
import { useDraft } from "./useDraft";
import type { Draft } from "./useDraft";
import { WardPicker } from "./WardPicker";

interface Props {
  terms: NonNullable<Session["terms"]>;
  bought: readonly Bought[];
  busy: boolean;
  problem: unknown;
  onPlace: (draft: Draft) => void;
}

/** Which field a refusal of the whole order is about. */
const FIELD_OF: Record<string, string> = {
  cod_not_allowed: "payment_method",
  pickup_not_offered: "delivery",
  age_not_confirmed: "of_age",
};

export function CheckoutForm({ terms, bought, busy, problem, onPlace }: Props) {
  const t = useTexts(texts);
  const language = useLanguage();
  const shippable = bought.every(({ offer }) => offer.shipped);
  const cod = terms.cod_allowed && bought.every(({ offer }) => offer.cod_allowed);
  const age = Math.max(...bought.map(({ offer }) => offer.minimum_age));
  const { draft, change } = useDraft(shippable ? "address" : "pickup");

  const about = problem instanceof Refused ? FIELD_OF[problem.code] : undefined;
  const wrong = (field: string) =>
    about === field ? wordsOf(problem, language) : wordsOfField(problem, field, language);
  const named = about !== undefined || (problem instanceof Refused && (problem.problem.errors?.length ?? 0) > 0);

  const goods = goodsOf(bought);
  const fee = draft.way === "address" ? shippingOf(terms, bought) : 0;
  const ways = [
    ...(shippable ? [{ value: "address" as const, label: t.ship }] : []),
    ...(terms.pickup_place != null ? [{ value: "pickup" as const, label: t.pickup, hint: terms.pickup_place }] : []),
  ];
  const pays = [
    { value: "vietqr" as const, label: t.vietqr, hint: t.vietqrHint },
    ...(cod ? [{ value: "cod" as const, label: t.cod }] : []),
  ];
  const submit = (event: Event) => {
    event.preventDefault();
    onPlace(draft);
  };
  return (
    <form class="stack checkout" onSubmit={submit} noValidate>
      <BoughtList bought={bought} />
      <Choices label={t.how} chosen={draft.way} options={ways} wrong={wrong("delivery")} onChoose={(way) => change({ way })} />
      {!shippable && <p class="hint small">{t.onlyPickup}</p>}
      <Field
        label={t.name} name="name" autoComplete="name" value={draft.name}
        wrong={wrong("contact.name")} onInput={(event) => change({ name: event.currentTarget.value })}
      />
      <Field
        label={t.phone} name="phone" type="tel" inputMode="tel" autoComplete="tel" value={draft.phone}
        wrong={wrong("contact.phone")} onInput={(event) => change({ phone: event.currentTarget.value })}
      />
      {draft.way === "address" && (
        <>
          <WardPicker chosen={draft.ward} wrong={wrong("delivery.address.ward_code")} onChoose={(ward) => change({ ward })} />
          <Field
            label={t.line} name="line" autoComplete="address-line1" value={draft.line}
            wrong={wrong("delivery.address.line")} onInput={(event) => change({ line: event.currentTarget.value })}
          />
        </>
      )}
      <Choices label={t.pay} chosen={draft.pay} options={pays} wrong={wrong("payment_method")} onChoose={(pay) => change({ pay })} />
      {terms.cod_allowed && !cod && <p class="hint small">{t.noCod}</p>}
      {age > 0 && (
        <div class="field">
          <label class="choice">
            <input type="checkbox" checked={draft.ofAge} onChange={(event) => change({ ofAge: event.currentTarget.checked })} />
            {t.ofAge(age)}
          </label>
          {wrong("of_age") && <span class="wrong">{wrong("of_age")}</span>}
        </div>
      )}
      <dl class="sums">
        <div class="between"><dt>{t.goods}</dt><dd>{money(goods)}</dd></div>
        {draft.way === "address" && <div class="between"><dt>{t.fee}</dt><dd>{fee === 0 ? t.free : money(fee)}</dd></div>}
        <div class="between sums-total"><dt>{t.total}</dt><dd>{money(goods + fee)}</dd></div>
      </dl>
      {!named && <Problem of={problem} />}
      <Button type="submit" look="main wide big" busy={busy}>{t.place}</Button>
    </form>
  );
}
