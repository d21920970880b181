// What the report's charts draw, as columns of numbers.
import type { MinuteFigures, SummaryMonth } from "../work/types";

/** x in seconds since 1970 and one column of values, as uPlot takes them. */
export type Series = [number[], number[]];

const MINUTE = 60;
/** A pause longer than this is drawn as a gap of so many minutes on each side, not minute by minute. */
const LONGEST = 24 * 60;

/** Orders of each minute; a minute without orders is a zero, not a gap. */
export function ordersByMinute(minutes: MinuteFigures[]): Series {
  return filled(minutes, (minute) => minute.orders);
}

/** Gross so far, at the end of each minute. */
export function grossSoFar(minutes: MinuteFigures[]): Series {
  const [x, each] = filled(minutes, (minute) => minute.gross);
  let sum = 0;
  return [x, each.map((gross) => (sum += gross))];
}

function filled(minutes: MinuteFigures[], value: (minute: MinuteFigures) => number): Series {
  const x: number[] = [];
  const y: number[] = [];
  for (const minute of minutes) {
    const at = Math.floor(Date.parse(minute.minute) / 1000);
    const last = x.at(-1);
    if (last !== undefined && at - last <= LONGEST * MINUTE) {
      for (let between = last + MINUTE; between < at; between += MINUTE) {
        x.push(between);
        y.push(0);
      }
    }
    x.push(at);
    y.push(value(minute));
  }
  return [x, y];
}

/** All twelve months, those without a session as zero. */
export function byMonth(months: SummaryMonth[], value: (month: SummaryMonth) => number): Series {
  const x = Array.from({ length: 12 }, (_, index) => index + 1);
  const known = new Map(months.map((month) => [month.month, value(month)]));
  return [x, x.map((month) => known.get(month) ?? 0)];
}

/** The year that it is in Viet Nam. */
export function thisYear(): number {
  return Number(new Intl.DateTimeFormat("en", { timeZone: "Asia/Ho_Chi_Minh", year: "numeric" }).format(Date.now()));
}
