// Light and dark: as the phone says, unless the person chose.
import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEPT = "phien.theme";
const kept = localStorage.getItem(KEPT);

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(KEPT, chosen);
  wear(chosen);
}

function wear(chosen: Theme): void {
  if (chosen === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}

wear(theme.value);
