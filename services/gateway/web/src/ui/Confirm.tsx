import type { ComponentChildren } from "preact";
import { useTexts } from "../i18n";
import { Button } from "./Button";
import { Problem } from "./Problem";
import { Sheet } from "./Sheet";
import { useSending } from "../api/use";
import { texts } from "./texts";

interface Props {
  title: string;
  /** What happens then. */
  children: ComponentChildren;
  yes: string;
  danger?: boolean;
  disabled?: boolean;
  onYes: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that is hard to take back. */
export function Confirm({ title, children, yes, danger, disabled, onYes, onClose }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  const confirm = async () => {
    if (await sending.run(onYes)) onClose();
  };
  return (
    <Sheet title={title} onClose={onClose}>
      {children}
      <Problem of={sending.problem} />
      <div class="choices two">
        <Button look="wide" onClick={onClose}>{t.back}</Button>
        <Button look={danger ? "danger main" : "main wide"} busy={sending.busy} disabled={disabled} onClick={confirm}>
          {yes}
        </Button>
      </div>
    </Sheet>
  );
}
