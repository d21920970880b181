import { money, number } from "../format";
import type { Figures } from "../work/types";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  figures: Figures | null;
  perMinute: number;
  viewers: number;
}

/** The few figures that are read from five metres away. */
export function Headline({ figures, perMinute, viewers }: Props) {
  const t = useTexts(texts);
  const rest = [
    [t.perMinute, number(Math.round(perMinute * 10) / 10)],
    [t.orders, number(figures?.orders ?? 0)],
    [t.units, number(figures?.units ?? 0)],
    [t.viewers, number(viewers)],
  ] as const;
  return (
    <dl class="board-headline">
      <div class="board-net">
        <dt>{t.net}</dt>
        <dd>{money(figures?.net ?? 0)}</dd>
        <dd class="board-gross">
          {t.gross} {money(figures?.gross ?? 0)}
        </dd>
      </div>
      {rest.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
