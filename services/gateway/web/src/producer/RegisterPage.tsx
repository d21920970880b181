import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import { go, send, useSending } from "../kit";
import { learnWhoIAm } from "../me";
import { Faults } from "../work/Faults";
import { profileBody } from "./profile";
import { PROFILE_FIELDS, ProfileFields } from "./ProfileFields";
import { WorkPage } from "../work/WorkPage";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** A producer that is new; an organiser verifies it before its goods go on air. */
export default function RegisterPage() {
  const t = useTexts(texts);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  function register(event: SubmitEvent) {
    event.preventDefault();
    const body = profileBody(new FormData(event.currentTarget as HTMLFormElement));
    void sending.run(async () => {
      const producer = await send<Producer>("POST", "/v1/producers", body);
      // Whose page comes next is asked of who is signed in.
      await learnWhoIAm();
      go(`/producer/${producer.producer_id}`);
    });
  }
  return (
    <WorkPage may={() => true} title={t.register}>
      <p class="hint">{t.notKeeper}</p>
      <form class="form" onSubmit={register}>
        <ProfileFields wrong={wrong} />
        <Faults of={sending.problem} shown={PROFILE_FIELDS} />
        <button class="button main" disabled={sending.busy}>{t.register}</button>
      </form>
    </WorkPage>
  );
}
