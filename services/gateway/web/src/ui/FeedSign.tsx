import type { Feed } from "../feed";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** Quietly says that what is shown may be old. */
export function FeedSign({ feed }: { feed: Feed }) {
  const t = useTexts(texts);
  return (
    <p class="feed-sign" role="status">
      {feed.state.value === "lost" && <span class="tag warn">{t.lost}</span>}
    </p>
  );
}
