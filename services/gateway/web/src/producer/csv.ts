// The producer's spreadsheet, read in the browser only to show which cell a fault is in. What it means, the server says.
import type { RowError } from "../work/types";

export interface Cell {
  row: number;
  field: string;
  /** What stands there; null: the file has no such cell. */
  value: string | null;
}

/** A file cut into cells, RFC 4180; rows and their numbers as a spreadsheet counts. */
export interface Cut {
  header: string[];
  rows: string[][];
}

/** The largest file that the server takes, in bytes. */
export const MOST_BYTES = 2_000_000;

/** Cuts a file; the library is loaded when the first file is chosen. */
export async function cut(text: string): Promise<Cut> {
  const { default: papa } = await import("papaparse");
  const parsed = papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: false });
  const [header = [], ...rows] = parsed.data;
  return { header: header.map((name) => name.trim().toLowerCase()), rows };
}

/** The cell that a fault is in. */
export function cellOf(error: RowError, file: Cut): Cell {
  const column = file.header.indexOf(error.field);
  const value = column < 0 ? null : (file.rows[error.row - 2]?.[column] ?? null);
  return { row: error.row, field: error.field, value };
}
