import type { Producer } from "../api/types";
import { useTexts } from "../i18n";
import { Page, Problem, go, send, useSending } from "../kit";
import { profileBody } from "./profile";
import { ProfileFields } from "./ProfileFields";
import { texts } from "./texts";

/** A producer that is new; an organiser verifies it before its goods go on air. */
export function RegisterPage() {
  const t = useTexts(texts);
  const sending = useSending();
  function register(event: SubmitEvent) {
    event.preventDefault();
    const body = profileBody(new FormData(event.currentTarget as HTMLFormElement));
    void sending.run(async () => {
      const producer = await send<Producer>("POST", "/v1/producers", body);
      go(`/producer/${producer.producer_id}`);
    });
  }
  return (
    <Page title={t.register}>
      <p class="hint">{t.notKeeper}</p>
      <form class="form" onSubmit={register}>
        <ProfileFields />
        <Problem of={sending.problem} />
        <button class="button primary" disabled={sending.busy}>{t.register}</button>
      </form>
    </Page>
  );
}
