import { useEffect, useState } from "preact/hooks";

/** Whether orders of the producer have come or changed since the list was read. */
export function useProducerNews(producerId: string) {
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    const source = new EventSource(`/v1/producers/${producerId}/feed`);
    source.addEventListener("orders", () => setFresh(true));
    return () => source.close();
  }, [producerId]);
  return { fresh, seen: () => setFresh(false) };
}
