import { useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { me } from "../me";
import { Button } from "../ui/Button";
import { Later } from "../ui/Later";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  offerId: string | undefined;
  onSignIn: (then: () => void) => void;
}

/** Where a viewer says that something is wrong. */
export function Complain({ sessionId, offerId, onSignIn }: Props) {
  const t = useTexts(texts);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="plain" onClick={() => (me.value ? setOpen(true) : onSignIn(() => setOpen(true)))}>{t.complaint}</Button>
      {open && <Later load={() => import("../complaint/ComplaintSheet")} props={{ sessionId, offerId, onClose: () => setOpen(false) }} />}
    </>
  );
}
