import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useTexts } from "../i18n";
import { texts } from "./texts";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Rises from the bottom of a phone, stands in the middle of a desk; the browser keeps the focus inside. */
export function Sheet({ title, onClose, children }: Props) {
  const t = useTexts(texts);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <header class="sheet-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="sheet-close" aria-label={t.close} onClick={onClose}>
          ×
        </button>
      </header>
      <div class="sheet-body stack">{children}</div>
    </dialog>
  );
}
