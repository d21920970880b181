import { signal } from "@preact/signals";

interface Toast {
  id: number;
  words: string;
}

const toasts = signal<readonly Toast[]>([]);
let next = 0;

/** Says something in passing; read aloud, too. */
export function toast(words: string): void {
  const id = next++;
  toasts.value = [...toasts.value, { id, words }];
  setTimeout(() => (toasts.value = toasts.value.filter((shown) => shown.id !== id)), 5_000);
}

/** Where they appear; once a page. */
export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((shown) => (
        <p class="toast" key={shown.id}>{shown.words}</p>
      ))}
    </div>
  );
}
