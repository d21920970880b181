import { useEffect, useState } from "preact/hooks";
import type { Parcel, Parcels } from "../work/types";
import { send } from "../kit";

/** Every page of a list of parcels: half a list would be packed as if it were whole. */
export function useAllParcels(path: string, state: string) {
  const [parcels, setParcels] = useState<Parcel[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    let gone = false;
    setParcels(null);
    all(path, state).then(
      (found) => gone || setParcels(found),
      (refused: unknown) => gone || setProblem(refused),
    );
    return () => {
      gone = true;
    };
  }, [path, state]);
  return { parcels, problem };
}

async function all(path: string, state: string): Promise<Parcel[]> {
  const found: Parcel[] = [];
  let cursor: string | null | undefined = null;
  do {
    const query: URLSearchParams = new URLSearchParams({ limit: "100" });
    if (state) query.set("state", state);
    if (cursor) query.set("cursor", cursor);
    const page: Parcels = await send<Parcels>("GET", `${path}?${query}`);
    found.push(...page.parcels);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}
