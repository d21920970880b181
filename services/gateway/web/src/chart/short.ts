const short = new Intl.NumberFormat("vi-VN", { notation: "compact", maximumFractionDigits: 1 });

/** A figure at an axis: 2,5 Tr. */
export const shortNumber = (value: number): string => short.format(value);
