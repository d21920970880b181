import type { Sums } from "../work/types";
import { money, number } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** What all of it came to, with the sum that must hold in sight. */
export function Totals({ sums }: { sums: Sums }) {
  const t = useTexts(texts);
  const great = [
    [t.net, money(sums.net)],
    [t.gross, money(sums.gross)],
    [t.orders, number(sums.orders)],
    [t.unitsSold, number(sums.units_sold)],
  ];
  const small = [
    [t.awaiting, money(sums.awaiting)],
    [t.cancelled, money(sums.cancelled)],
    [t.expired, money(sums.expired)],
    [t.returned, money(sums.returned)],
    [t.shipping, money(sums.shipping_fees)],
    [t.claims, number(sums.claims)],
    [t.lapsed, number(sums.holds_lapsed)],
    [t.waitlisted, number(sums.waitlisted)],
  ];
  return (
    <section class="totals">
      <dl class="totals-great">{great.map(pair)}</dl>
      <dl class="totals-small">{small.map(pair)}</dl>
      <p class="hint">{t.addsUp}</p>
    </section>
  );
}

function pair([name, value]: string[]) {
  return (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
