import { useEffect, useRef } from "preact/hooks";
import type { Complaints, DeskItems } from "./types";
import type { BankEntries, KeptInSession, Orders } from "../work/types";
import { useAnswer } from "../kit";

/** News come in bursts: the lists are read again at most so often, milliseconds. */
const EVERY = 700;

/** What the desk's lists show, read again when what the feed has told (`heard`) changes. */
export function useDeskLists(sessionId: string, heard: unknown[], organises: boolean) {
  const root = `/v1/sessions/${sessionId}`;
  const items = useAnswer<DeskItems>(`${root}/desk/items?state=open&limit=100`);
  const complaints = useAnswer<Complaints>(`${root}/complaints?limit=50`);
  const kept = useAnswer<KeptInSession>(`${root}/holds`);
  const unpaid = useAnswer<Orders>(`${root}/orders?state=awaiting_payment&limit=100`);
  const bank = useAnswer<BankEntries>(organises ? `${root}/bank-entries?limit=50` : null);
  const again = useRef(() => {});
  again.current = () => [items, complaints, kept, unpaid, bank].forEach((list) => list.again());
  const due = useRef<number | null>(null);
  useEffect(() => {
    // One that is due already tells of this change too.
    if (due.current !== null) return;
    due.current = window.setTimeout(() => {
      due.current = null;
      again.current();
    }, EVERY);
  }, heard);
  return { items, complaints, kept, unpaid, bank };
}
