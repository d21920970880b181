import { useTexts } from "../i18n";
import { Button } from "../ui/Button";
import { toast } from "../ui/Toasts";
import { texts } from "./texts";

interface Props {
  name: string;
  shown: string;
  copied: string;
}

/** A fact with a button that copies it, for the bank's app. */
export function Copied({ name, shown, copied }: Props) {
  const t = useTexts(texts);
  const copy = () => void navigator.clipboard.writeText(copied).then(() => toast(t.copied), () => undefined);
  return (
    <div class="copied">
      <dt>{name}</dt>
      <dd>{shown}</dd>
      <dd><Button aria-label={`${t.copy}: ${name}`} onClick={copy}>{t.copy}</Button></dd>
    </div>
  );
}
