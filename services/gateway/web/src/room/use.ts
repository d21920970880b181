import { useEffect, useState } from "preact/hooks";
import type { KeptNews } from "../api/types";
import { useTexts } from "../i18n";
import { toast } from "../ui/Toasts";
import { Mine } from "./mine";
import { Room } from "./room";
import { texts } from "./texts";

/** The room of a session, and what this person has in it, for as long as the page is shown. */
export function useRoom(sessionId: string): { room: Room; mine: Mine } | null {
  const t = useTexts(texts);
  const [both, setBoth] = useState<{ room: Room; mine: Mine } | null>(null);
  useEffect(() => {
    const room = new Room(sessionId);
    const mine = new Mine(sessionId, room, (news: KeptNews) => {
      if (news.lapsed) toast(t.lapsed(news.claim_code));
      else if (news.promoted) toast(t.yourTurn(news.units, news.claim_code));
    });
    setBoth({ room, mine });
    return () => {
      mine.close();
      room.close();
    };
  }, [sessionId, t]);
  return both;
}
