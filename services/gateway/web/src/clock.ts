// The server's clock: deadlines are the server's, and phones are often wrong.
import { signal, useSignalEffect } from "@preact/signals";

let ahead = 0;
let bestTrip = Number.POSITIVE_INFINITY;

/** Learns from an answer's `Date`; of several, the one that was quickest on its way. */
export function learn(answer: Response, asked: number): void {
  const said = Date.parse(answer.headers.get("date") ?? "");
  const trip = Date.now() - asked;
  if (Number.isNaN(said) || trip > bestTrip) return;
  bestTrip = trip;
  // `Date` has whole seconds: on average it is half of one behind.
  const off = said + 500 - (asked + trip / 2);
  ahead = Math.abs(off) < 1000 ? 0 : off;
}

/** Milliseconds, by the server's clock. */
export const serverNow = (): number => Date.now() + ahead;

const tick = signal(serverNow());
let watchers = 0;
let timer = 0;

/** The server's time, anew every second while somebody looks. */
export function useNow(): number {
  useSignalEffect(() => {
    watchers += 1;
    if (watchers === 1) {
      tick.value = serverNow();
      timer = window.setInterval(() => (tick.value = serverNow()), 1000);
    }
    return () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  });
  return tick.value;
}
