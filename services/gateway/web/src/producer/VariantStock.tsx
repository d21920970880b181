import { useState } from "preact/hooks";
import type { StockAccount, Variant } from "../work/types";
import { moment, money, number } from "../format";
import { useTexts } from "../i18n";
import { Problem, useAnswer } from "../kit";
import { StockForm } from "./StockForm";
import { texts } from "./texts";

interface Props {
  name: string;
  variant: Variant;
}

/** Where the units of a pack are, and the ledger that says how they came there. */
export function VariantStock({ name, variant }: Props) {
  const t = useTexts(texts);
  const account = useAnswer<StockAccount>(`/v1/variants/${variant.variant_id}/stock`);
  const [open, setOpen] = useState(false);
  const stock = account.value?.variant?.stock;
  const places = stock && ([[t.onHand, stock.on_hand], [t.allotted, stock.allotted], [t.sold, stock.sold], [t.writtenOff, stock.written_off]] as const);
  return (
    <section class="variant" aria-label={`${name}, ${variant.pack}`}>
      <h3>
        {variant.pack} <small>{variant.sku}</small>
        <span class="num">{money(variant.list_price)}</span>
      </h3>
      <Problem of={account.problem} />
      {places && (
        <dl class="places">
          {places.map(([place, units]) => (
            <div key={place}>
              <dt>{place}</dt>
              <dd>{number(units)}</dd>
            </div>
          ))}
        </dl>
      )}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {t.receive} / {t.writeOff}
        </summary>
        {open && (
          <>
            <StockForm variantId={variant.variant_id} onDone={account.again} />
            <h4>{t.entries}</h4>
            <ul class="rows small">
              {account.value?.entries.map((entry) => (
                <li key={entry.entry}>
                  <time dateTime={entry.at}>{moment(entry.at)}</time>
                  <span class="grow">
                    {t.reasons[entry.reason] ?? entry.reason} {entry.note}
                  </span>
                  <span class="num">{signed(entry.change?.on_hand ?? 0)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </details>
    </section>
  );
}

const signed = (units: number) => (units > 0 ? `+${number(units)}` : number(units));
