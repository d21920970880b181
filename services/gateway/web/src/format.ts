// How people read figures and times, in both languages alike: 190.000 ₫, 24/11/2026, on the clock of Vietnam.
const zone = "Asia/Ho_Chi_Minh";
const whole = new Intl.NumberFormat("vi-VN");
const aDay = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" });
const aTime = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, hour: "2-digit", minute: "2-digit" });

type Moment = string | number;
const date = (at: Moment) => new Date(at);

export const number = (value: number): string => whole.format(value);

/** Đồng; the space does not break. */
export const money = (dong: number): string => `${whole.format(dong)}\u00a0₫`;

export const decimal = (value: number, digits: number): string =>
  new Intl.NumberFormat("vi-VN", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

export const day = (at: Moment): string => aDay.format(date(at));
export const timeOfDay = (at: Moment): string => aTime.format(date(at));
export const moment = (at: Moment): string => `${timeOfDay(at)} ${day(at)}`;

/** +84912345678 as people in Vietnam write it: 0912 345 678. */
export const phone = (number: string): string =>
  number.replace(/^\+84/, "0").replace(/^(\d{4})(\d{3})(\d{3})$/, "$1 $2 $3");

/** Time that is left: 4:05, or 0:00 when it is over. */
export function clockLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
