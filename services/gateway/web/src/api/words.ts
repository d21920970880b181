// What went wrong, in the person's language.
import type { Language } from "../i18n";
import { Refused, Unreachable } from "./client";

const unreachable = {
  vi: "Không kết nối được. Hãy xem lại mạng rồi thử lại.",
  en: "No connection. Look at your network and try again.",
};
const unexpected = { vi: "Có lỗi ngoài dự kiến. Hãy thử lại.", en: "Something unexpected went wrong. Please try again." };

export function wordsOf(error: unknown, language: Language): string {
  if (error instanceof Refused) return language === "vi" ? error.problem.detail_vi : error.problem.detail_en;
  if (error instanceof Unreachable) return unreachable[language];
  return unexpected[language];
}

/** What is wrong with one field; fields inside are named with dots. */
export function wordsOfField(error: unknown, field: string, language: Language): string | undefined {
  if (!(error instanceof Refused)) return undefined;
  const found = error.problem.errors?.find((problem) => problem.field === field);
  return found && (language === "vi" ? found.message_vi : found.message_en);
}
