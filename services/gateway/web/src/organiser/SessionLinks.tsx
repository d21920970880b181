import type { Session } from "../work/types";
import { moment } from "../format";
import { useTexts } from "../i18n";
import { texts } from "./texts";

/** From a session to the pages that it is worked on. */
export function SessionLinks({ session }: { session: Session }) {
  const t = useTexts(texts);
  const id = session.session_id;
  const links = [
    [`/desk/${id}`, t.desk],
    [`/host/${id}`, t.hosting],
    [`/moderation/${id}`, t.moderation],
    [`/board/${id}`, t.board],
    [`/packing/${id}`, t.packing],
    [`/report/${id}`, t.report],
  ];
  return (
    <nav class="links" aria-label={`${session.title}, ${moment(session.starts_at)}`}>
      {links.map(([href, name]) => (
        <a key={href} href={href}>
          {name}
        </a>
      ))}
    </nav>
  );
}
