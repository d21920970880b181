import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Snapshot } from "../api/types";
import { Room } from "../room/room";
import type { Figures } from "./types";

/** A session's room with its figures, for those who work at it. */
export function useDesk(sessionId: string) {
  const desk = useMemo(() => {
    const figures = signal<Figures | null>(null);
    /** Counts what concerns the desk's lists. */
    const news = signal(0);
    const room = new Room(sessionId, true, (kind, data) => {
      if (kind === "snapshot") {
        figures.value = (data as Snapshot).desk?.figures ?? null;
        news.value += 1;
      } else if (kind === "figures") {
        const said = data as Figures;
        if (said.version >= (figures.peek()?.version ?? 0)) figures.value = said;
      }
    });
    return { room, figures, news };
  }, [sessionId]);
  useEffect(() => () => desk.room.close(), [desk]);
  return desk;
}
