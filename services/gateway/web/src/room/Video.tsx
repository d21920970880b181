import { useEffect, useRef, useState } from "preact/hooks";
import { Player } from "./Player";

/** Between two looks for pictures that have not come yet, or that were lost; milliseconds. */
const AGAIN = 2_000;

/** What the host's camera sends, once there is any: the encoder is on air some seconds before its first pictures are. */
export default function Video({ sessionId }: { sessionId: string }) {
  const source = `/video/${sessionId}/index.m3u8`;
  const [there, setThere] = useState(false);
  const wait = useRef(0);
  useEffect(() => {
    if (there) return;
    let gone = false;
    const look = () =>
      fetch(source, { cache: "no-store" }).then((answer) => answer.ok, () => false).then((found) => {
        if (gone) return;
        wait.current = AGAIN;
        if (found) setThere(true);
        else due = window.setTimeout(look, AGAIN);
      });
    let due = window.setTimeout(look, wait.current);
    return () => {
      gone = true;
      clearTimeout(due);
    };
  }, [source, there]);
  return there ? <Player source={source} onLost={() => setThere(false)} /> : null;
}
