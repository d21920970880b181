// First: what a page's own styles stand on, and narrow.
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { language } from "./i18n";
import { learnWhoIAm } from "./me";
import "./theme";

effect(() => {
  document.documentElement.lang = language.value;
});

void learnWhoIAm();
render(<App />, document.getElementById("app")!);

// In development the worker would keep what was just changed. It is for the next visit: this one comes first.
const WORKER_AFTER = 5_000;
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  setTimeout(() => void navigator.serviceWorker.register("/sw.js"), WORKER_AFTER);
}
