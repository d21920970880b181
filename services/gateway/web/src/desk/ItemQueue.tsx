import { timeOfDay } from "../format";
import { useTexts } from "../i18n";
import { Button, Countdown, Problem, useSending } from "../kit";
import { takeItem } from "./api";
import { texts } from "./texts";
import type { DeskItem } from "./types";

interface Props {
  items: DeskItem[];
  /** Who looks. */
  accountId: string;
  onTaken: (item: DeskItem) => void;
}

/** Comments that a person has to read, oldest first; who takes one has it alone for a while. */
export function ItemQueue({ items, accountId, onTaken }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  if (items.length === 0) return <p class="hint">{t.unclearNone}</p>;
  const take = (wanted: DeskItem) =>
    void sending.run(async () => {
      const { item } = await takeItem(wanted);
      if (item) onTaken(item);
    });
  return (
    <>
      <Problem of={sending.problem} />
      <ul class="rows queue">
        {items.map((item) => {
          const others = item.taken_by != null && item.taken_by !== accountId;
          return (
            <li key={item.desk_item_id}>
              <time dateTime={item.made_at}>{timeOfDay(item.made_at)}</time>
              <span class="grow">
                <b>{item.shopper_name}</b> {item.text && <q>{item.text}</q>}
              </span>
              <span class="tag">{t.reasons[item.reason]}</span>
              {others && item.taken_until ? (
                <small>
                  {t.taken} <Countdown until={item.taken_until} />
                </small>
              ) : (
                <Button busy={sending.busy} onClick={() => take(item)} aria-label={`${t.take}: ${item.shopper_name}, ${item.text ?? ""}`}>
                  {t.take}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
