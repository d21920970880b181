import type { Producer } from "../api/types";
import { useTexts } from "../i18n";
import { Problem, send, useAnswer, useSending } from "../kit";
import { profileBody } from "./profile";
import { ProducerFrame } from "./ProducerFrame";
import { ProfileFields } from "./ProfileFields";
import { texts } from "./texts";

/** What a producer says of itself, and where its money goes. */
export function ProfilePage({ producerId }: { producerId: string }) {
  const t = useTexts(texts);
  const producer = useAnswer<Producer>(`/v1/producers/${producerId}`);
  const sending = useSending();
  function save(event: SubmitEvent) {
    event.preventDefault();
    const body = profileBody(new FormData(event.currentTarget as HTMLFormElement));
    void sending.run(async () => producer.set(await send<Producer>("PUT", `/v1/producers/${producerId}`, body)));
  }
  return (
    <ProducerFrame title={t.profile} producerId={producerId}>
      <Problem of={producer.problem} />
      {producer.value && (
        <form class="form" onSubmit={save}>
          <ProfileFields producer={producer.value} />
          <Problem of={sending.problem} />
          <p aria-live="polite">{sending.done && t.saved}</p>
          <button class="button primary" disabled={sending.busy}>{t.save}</button>
        </form>
      )}
    </ProducerFrame>
  );
}
