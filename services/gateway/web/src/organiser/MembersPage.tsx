import { useState } from "preact/hooks";
import type { Member, Members } from "../work/types";
import { day } from "../format";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, send, useAnswer, useSending } from "../kit";
import { MemberForm } from "./MemberForm";
import { OrganiserFrame } from "./OrganiserFrame";
import { texts } from "./texts";

/** Who works for the organiser. */
export default function MembersPage({ params }: { params: Params }) {
  const organiserId = params["organiser"] ?? "";
  const t = useTexts(texts);
  const path = `/v1/organisers/${organiserId}/members`;
  const members = useAnswer<Members>(path);
  const sending = useSending();
  const [going, setGoing] = useState<Member | null>(null);
  async function letGo(member: Member) {
    setGoing(null);
    if (await sending.run(() => send("DELETE", `${path}/${member.account_id}`))) members.again();
  }
  return (
    <OrganiserFrame title={t.members} organiserId={organiserId}>
      <Problem of={members.problem ?? sending.problem} />
      <ul class="rows">
        {members.value?.members.map((member) => (
          <li key={member.account_id}>
            <span class="grow">
              <b>{member.name}</b> {member.username && <small>{member.username}</small>}
            </span>
            <span class="tag">{t.roles[member.role as keyof typeof t.roles] ?? member.role}</span>
            <small>
              {t.since} {day(member.since)}
            </small>
            {going === member ? (
              <span class="buttons" role="group" aria-label={t.letGoAsk(member.name)}>
                <span>{t.letGoAsk(member.name)}</span>
                <button class="button danger compact" onClick={() => void letGo(member)}>
                  {t.letGo}
                </button>
                <button class="button compact" onClick={() => setGoing(null)}>
                  {t.cancel}
                </button>
              </span>
            ) : (
              <button class="button compact" onClick={() => setGoing(member)} aria-label={`${t.letGo}: ${member.name}`}>
                {t.letGo}
              </button>
            )}
          </li>
        ))}
      </ul>
      <MemberForm path={path} onDone={members.again} />
    </OrganiserFrame>
  );
}
