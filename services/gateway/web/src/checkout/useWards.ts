import { useEffect, useState } from "preact/hooks";
import { call } from "../api/client";
import type { components } from "../api/schema";
import { useAnswer } from "../api/use";

type Schemas = components["schemas"];

export interface FoundWard {
  code: string;
  /** As it ends an address. */
  line: string;
}

/** Case and marks do not matter: "hoan kiem". */
const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();

/** Communes by a few letters: of one province all of them at first, of the whole country the best that the server finds. */
export function useWards(typed: string, province: string) {
  const provinces = useAnswer<Schemas["Provinces"]>("/v1/provinces").value?.provinces ?? [];
  const ofProvince = useAnswer<Schemas["Wards"]>(province === "" ? null : `/v1/provinces/${province}/wards`).value?.wards;
  const [found, setFound] = useState<readonly FoundWard[] | null>(null);
  useEffect(() => {
    if (province !== "" || typed.trim().length < 2) {
      setFound(null);
      return;
    }
    let gone = false;
    const tell = (wards: readonly FoundWard[] | null) => {
      if (!gone) setFound(wards);
    };
    call("get", "/v1/wards", { query: { q: typed } }).then(({ wards }) => tell(wards), () => tell(null));
    return () => {
      gone = true;
    };
  }, [typed, province]);
  if (province === "") return { provinces, found };
  const name = provinces.find((one) => one.code === province)?.full_name ?? "";
  const said = fold(typed);
  const fits = ofProvince?.filter((ward) => fold(ward.full_name).includes(said));
  return { provinces, found: fits?.map((ward) => ({ code: ward.code, line: `${ward.full_name}, ${name}` })) ?? null };
}
