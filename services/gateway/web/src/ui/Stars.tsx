import { useTexts } from "../i18n";
import { texts } from "./texts";

/** OCOP stars, as many as a valid, proven certificate gives; none otherwise. */
export function Stars({ count }: { count: number }) {
  const t = useTexts(texts);
  if (count <= 0) return null;
  return (
    <span class="stars" role="img" aria-label={t.stars(count)} title={t.stars(count)}>
      {"★".repeat(count)}
    </span>
  );
}
