// Asking and sending from a page.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { newKey, send } from "./client";

/** The answer at an address, and a way to ask again; `null` asks nothing. */
export function useAnswer<T>(path: string | null) {
  const [value, set] = useState<T | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let gone = false;
    send<T>("GET", path).then(
      (answer) => {
        if (gone) return;
        set(answer);
        setProblem(null);
      },
      (error: unknown) => {
        if (!gone) setProblem(error);
      },
    );
    return () => {
      gone = true;
    };
  }, [path, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { value, problem, again, set };
}

/**
 * Something that is being sent: one at a time, what went wrong with the last, and a key for it. The key stays while
 * the same is asked: pressing again after a lost answer does nothing twice. What was changed or done gets a new one.
 */
export function useSending() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const underWay = useRef(false);
  const sent = useRef({ what: "", key: "" });
  const keyFor = useCallback((asked: unknown): string => {
    const what = JSON.stringify(asked);
    if (what !== sent.current.what) sent.current = { what, key: newKey() };
    return sent.current.key;
  }, []);
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    if (underWay.current) return false;
    underWay.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      sent.current = { what: "", key: "" };
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, problem, run, keyFor };
}
