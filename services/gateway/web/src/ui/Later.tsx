import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { Skeleton } from "./Skeleton";
import { texts } from "./texts";

interface Props<P> {
  load: () => Promise<{ default: ComponentType<P> }>;
  props: P;
}

/** A part whose code is loaded when it is first shown. */
export function Later<P extends object>({ load, props }: Props<P>) {
  const t = useTexts(texts);
  const [Shown, setShown] = useState<ComponentType<P> | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then((module) => setShown(() => module.default), () => setFailed(true));
  }, []);
  if (failed) return <p role="alert" class="problem">{t.loadFailed}</p>;
  return Shown ? <Shown {...props} /> : <Skeleton height="8rem" />;
}
