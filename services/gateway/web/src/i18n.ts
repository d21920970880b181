// Vietnamese first, English for guests. Every part keeps its words beside it, in both languages.
import { signal } from "@preact/signals";

export type Language = "vi" | "en";

const KEPT = "phien.language";

export const language = signal<Language>(localStorage.getItem(KEPT) === "en" ? "en" : "vi");

export function setLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT, chosen);
}

/** The words of a part, in the person's language; the part is drawn anew when that changes. */
export function useTexts<T>(texts: { vi: T; en: T }): T {
  return texts[language.value];
}

export const useLanguage = (): Language => language.value;
