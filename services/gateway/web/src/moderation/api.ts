// What moderators ask, one function a verb.
import type { Comment } from "../api/types";
import { send } from "../kit";

export const hide = (comment: Comment, reason: string) => send("POST", `/v1/comments/${comment.comment_id}/hide`, { reason });
export const mute = (comment: Comment, reason: string, minutes: number | null) =>
  send("POST", `/v1/comments/${comment.comment_id}/mute`, { reason, minutes });
export const liftMute = (sessionId: string, accountId: string, reason: string) =>
  send("POST", `/v1/sessions/${sessionId}/mutes/${accountId}/lift`, { reason });
export const slowMode = (sessionId: string, seconds: number) => send("PUT", `/v1/sessions/${sessionId}/slow-mode`, { seconds });
export const wordsPath = (organiserId: string) => `/v1/organisers/${organiserId}/banned-words`;
export const banWords = (organiserId: string, words: string[]) => send("PUT", wordsPath(organiserId), { words });
