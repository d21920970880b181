import type { Session } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { go, send, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { OrganiserFrame } from "./OrganiserFrame";
import { sessionBody } from "./plan";
import { SESSION_FIELDS, SessionFields } from "./SessionFields";
import { useWrong } from "../work/wrong";
import { texts } from "./texts";

/** A session to plan; its line-up comes on the next page. */
export default function PlanPage({ params }: { params: Params }) {
  const organiserId = params["organiser"] ?? "";
  const t = useTexts(texts);
  const sending = useSending();
  const wrong = useWrong(sending.problem);
  function plan(event: SubmitEvent) {
    event.preventDefault();
    const body = sessionBody(new FormData(event.currentTarget as HTMLFormElement), organiserId);
    void sending.run(async () => {
      const session = await send<Session>("POST", "/v1/sessions", body);
      go(`/organiser/session/${session.session_id}`);
    });
  }
  return (
    <OrganiserFrame title={t.plan} organiserId={organiserId}>
      <form class="form" onSubmit={plan}>
        <SessionFields wrong={wrong} />
        <Faults of={sending.problem} shown={SESSION_FIELDS} />
        <button class="button main" disabled={sending.busy}>
          {t.plan}
        </button>
      </form>
    </OrganiserFrame>
  );
}
