import { useEffect, useRef, useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  source: string;
  onLost: () => void;
}

/** Plays HLS: by the browser itself where it can, by hls.js where it cannot. */
export function Player({ source, onLost }: Props) {
  const t = useTexts(texts);
  const video = useRef<HTMLVideoElement>(null);
  const [muted, setMuted] = useState(true);
  useEffect(() => {
    const shown = video.current;
    if (!shown) return;
    if (shown.canPlayType("application/vnd.apple.mpegurl") && !("MediaSource" in window)) {
      shown.src = source;
      return () => shown.removeAttribute("src");
    }
    let stop = () => {};
    let gone = false;
    void import("hls.js/light").then(({ default: Hls }) => {
      if (gone) return;
      // A worker would come from a blob:, which the page's policy does not run.
      const hls = new Hls({ enableWorker: false, liveSyncDurationCount: 2 });
      hls.on(Hls.Events.ERROR, (_, error) => {
        if (error.fatal) onLost();
      });
      hls.loadSource(source);
      hls.attachMedia(shown);
      stop = () => hls.destroy();
    }, onLost);
    return () => {
      gone = true;
      stop();
    };
  }, [source]);
  // Browsers play by themselves only what is silent; whoever wants to hear it touches once.
  const hear = () => {
    if (!video.current) return;
    video.current.muted = !muted;
    setMuted(!muted);
  };
  return (
    <>
      <video ref={video} class="stage-video" autoplay muted playsInline aria-label={t.video} onError={onLost} />
      <button type="button" class="tag stage-sound" aria-pressed={!muted} onClick={hear}>{muted ? t.hear : t.mute}</button>
    </>
  );
}
