import { useEffect, useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { hasRole } from "../me";
import { Room } from "../room/room";
import type { Params } from "../routes";
import { Guard } from "../ui/Guard";
import { Page } from "../ui/Page";
import { Skeleton } from "../ui/Skeleton";
import { HostView } from "./HostView";
import { texts } from "./texts";
import "./host.css";

/** A session in the host's hand, while they talk into another phone. */
export default function HostPage({ params }: { params: Params }) {
  const t = useTexts(texts);
  return (
    <Guard title={t.host} may={(account) => hasRole(account, "organiser", "host")}>
      {() => <Hosted sessionId={params["session"] ?? ""} />}
    </Guard>
  );
}

function Hosted({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    const followed = new Room(sessionId);
    setRoom(followed);
    return () => followed.close();
  }, [sessionId]);
  return (
    <Page title={t.host} bare>
      {room?.session.value ? <HostView room={room} session={room.session.value} /> : <Skeleton height="20rem" />}
    </Page>
  );
}
