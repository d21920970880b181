import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, send, toast, useAnswer, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { profileBody } from "./profile";
import { ProducerFrame } from "./ProducerFrame";
import { PROFILE_FIELDS, ProfileFields } from "./ProfileFields";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** What a producer says of itself, and where its money goes. */
export default function ProfilePage({ params }: { params: Params }) {
  const producerId = params["producer"] ?? "";
  const t = useTexts(texts);
  const producer = useAnswer<Producer>(`/v1/producers/${producerId}`);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  function save(event: SubmitEvent) {
    event.preventDefault();
    const body = profileBody(new FormData(event.currentTarget as HTMLFormElement));
    void sending.run(async () => {
      producer.set(await send<Producer>("PUT", `/v1/producers/${producerId}`, body));
      toast(t.saved);
    });
  }
  return (
    <ProducerFrame title={t.profile} producerId={producerId}>
      <Problem of={producer.problem} />
      {producer.value && (
        <form class="form" onSubmit={save}>
          <ProfileFields producer={producer.value} wrong={wrong} />
          <Faults of={sending.problem} shown={PROFILE_FIELDS} />
          <button class="button main" disabled={sending.busy}>{t.save}</button>
        </form>
      )}
    </ProducerFrame>
  );
}
