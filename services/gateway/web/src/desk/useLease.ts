import { useEffect, useState } from "preact/hooks";
import { takeItem } from "./api";
import type { DeskItem } from "./types";

/** A lease is renewed well before it runs out. */
const EVERY = 45_000;

/** Keeps an item in hand while its sheet is open; gives back until when it is. */
export function useLease(item: DeskItem): string {
  const [until, setUntil] = useState(item.taken_until ?? item.made_at);
  useEffect(() => {
    const timer = setInterval(() => {
      // Without a connection the lease runs out, and the countdown says so.
      takeItem(item).then((renewed) => setUntil((before) => renewed.item?.taken_until ?? before), () => {});
    }, EVERY);
    return () => clearInterval(timer);
  }, [item]);
  return until;
}
