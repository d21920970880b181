// How parcels stand on paper.
import type { Parcel } from "../work/types";

/** +84912345678 as it is dialled and read aloud: 0912 345 678. */
export function dialled(phone: string): string {
  const home = phone.replace(/^\+84/, "0");
  return home.length === 10 ? `${home.slice(0, 4)} ${home.slice(4, 7)} ${home.slice(7)}` : home;
}

/** The end of an id: enough to tell two parcels on a table apart. */
export function shortId(id: string): string {
  return id.slice(-6).toUpperCase();
}

/** Parcels by producer, oldest order first, as they are packed. */
export function byProducer(parcels: Parcel[]): Map<string, Parcel[]> {
  const groups = new Map<string, Parcel[]>();
  for (const parcel of [...parcels].sort((a, b) => a.placed_at.localeCompare(b.placed_at))) {
    const group = groups.get(parcel.producer_id);
    if (group) group.push(parcel);
    else groups.set(parcel.producer_id, [parcel]);
  }
  return groups;
}
