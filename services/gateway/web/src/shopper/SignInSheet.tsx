import { useTexts } from "../i18n";
import { Sheet } from "../ui/Sheet";
import { PhoneSignIn } from "./PhoneSignIn";
import { texts } from "./texts";

interface Props {
  onDone: () => void;
  onClose: () => void;
}

/** Signing in without leaving what one looks at. */
export default function SignInSheet({ onDone, onClose }: Props) {
  const t = useTexts(texts);
  return (
    <Sheet title={t.signIn} onClose={onClose}>
      <PhoneSignIn onDone={onDone} />
    </Sheet>
  );
}
