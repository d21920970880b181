import { useState } from "preact/hooks";
import { type FoundWard, WardPicker } from "../checkout/WardPicker";
import { useAnswer } from "../kit";

interface Props {
  name: string;
  /** Of the address that is known. */
  code?: string | undefined;
  wrong: string | undefined;
}

/** A commune in a form: found by a few letters, sent as its code. */
export function WardField({ name, code, wrong }: Props) {
  const [chosen, choose] = useState<FoundWard | null | undefined>(undefined);
  const known = useAnswer<FoundWard>(code ? `/v1/wards/${code}` : null);
  const ward = chosen === undefined ? known.value : chosen;
  return (
    <>
      <WardPicker chosen={ward} wrong={wrong} onChoose={choose} />
      <input type="hidden" name={name} value={ward?.code ?? ""} />
    </>
  );
}
