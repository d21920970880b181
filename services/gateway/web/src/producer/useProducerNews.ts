import { useEffect, useState } from "preact/hooks";
import { Feed } from "../feed";

/** Whether orders of the producer have come or changed since the list was read. */
export function useProducerNews(producerId: string) {
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    const feed = new Feed(`/v1/producers/${producerId}/feed`, {
      snapshot: () => {},
      event: (kind) => kind === "orders" && setFresh(true),
    });
    return () => feed.close();
  }, [producerId]);
  return { fresh, seen: () => setFresh(false) };
}
