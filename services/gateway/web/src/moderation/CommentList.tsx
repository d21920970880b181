import type { Comment } from "../api/types";
import { timeOfDay } from "../format";
import { useTexts } from "../i18n";
import { Button } from "../kit";
import { texts } from "./texts";

interface Props {
  comments: Comment[];
  onHide: (comment: Comment) => void;
  onMute: (comment: Comment) => void;
}

/** What was said last, newest first. */
export function CommentList({ comments, onHide, onMute }: Props) {
  const t = useTexts(texts);
  if (comments.length === 0) return <p class="hint">{t.none}</p>;
  return (
    <ul class="rows">
      {comments.map((comment) => (
        <li key={comment.comment_id}>
          <time dateTime={comment.at}>{timeOfDay(comment.at)}</time>
          <span class="grow">
            <b>{comment.author_name}</b> {comment.text}
          </span>
          <Button onClick={() => onHide(comment)} aria-label={`${t.hide}: ${comment.author_name}, ${comment.text}`}>{t.hide}</Button>
          <Button onClick={() => onMute(comment)} aria-label={`${t.mute}: ${comment.author_name}`}>{t.mute}</Button>
        </li>
      ))}
    </ul>
  );
}
