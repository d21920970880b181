import { useTexts } from "../i18n";
import { Problem, toast, useSending } from "../kit";
import { slowMode } from "./api";
import { texts } from "./texts";

const STEPS = [5, 10, 30, 60, 300];

/** Calms a room in which everybody talks at once. */
export function SlowMode({ sessionId }: { sessionId: string }) {
  const t = useTexts(texts);
  const sending = useSending();
  const set = (seconds: number) =>
    void sending.run(async () => {
      await slowMode(sessionId, seconds);
      toast(t.saved);
    });
  return (
    <>
      <p class="hint">{t.slowHint}</p>
      <Problem of={sending.problem} />
      <div class="buttons" role="group" aria-label={t.slow}>
        {[0, ...STEPS].map((seconds) => (
          <button key={seconds} class="button compact" disabled={sending.busy} onClick={() => set(seconds)}>
            {seconds === 0 ? t.off : t.seconds(seconds)}
          </button>
        ))}
      </div>
    </>
  );
}
