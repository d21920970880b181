import { useAnswer } from "../api/use";

/** A commune and its province by their names, as they end an address. */
export function WardLine({ code }: { code: string }) {
  const { value } = useAnswer<{ line: string }>(`/v1/wards/${encodeURIComponent(code)}`);
  return <span>{value?.line ?? ""}</span>;
}
