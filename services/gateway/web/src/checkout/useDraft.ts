import { useEffect, useState } from "preact/hooks";
import { call } from "../api/client";
import { me } from "../me";
import type { FoundWard } from "./WardPicker";

/** What a person fills in to order. */
export interface Draft {
  name: string;
  phone: string;
  way: "address" | "pickup";
  ward: FoundWard | null;
  line: string;
  pay: "vietqr" | "cod";
  ofAge: boolean;
}

/** Begins with what the last order said: nobody types an address twice, and nothing is kept on the phone. */
export function useDraft(way: Draft["way"]) {
  const [draft, setDraft] = useState<Draft>({
    name: me.peek()?.name ?? "", phone: "", way, ward: null, line: "", pay: "vietqr", ofAge: false,
  });
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  useEffect(() => {
    void lastTime().then(
      (known) => setDraft((before) => (before.phone === "" && before.line === "" ? { ...before, ...known } : before)),
      () => undefined,
    );
  }, []);
  return { draft, change };
}

async function lastTime(): Promise<Partial<Draft>> {
  const { orders } = await call("get", "/v1/orders", { query: { limit: 1 } });
  const last = orders[0];
  if (!last?.contact) return {};
  const address = last.delivery?.address;
  const ward = address ? await call("get", "/v1/wards/{code}", { path: { code: address.ward_code } }) : null;
  return { name: last.contact.name, phone: last.contact.phone, line: address?.line ?? "", ward };
}
