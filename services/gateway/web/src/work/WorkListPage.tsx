import { Link } from "wouter-preact";
import { useTexts } from "../i18n";
import { useAnswer } from "../kit";
import { me } from "../me";
import { ProducerLink } from "./ProducerLink";
import { WorkPage } from "./WorkPage";
import { texts } from "./texts";

interface Organisers {
  organisers: { organiser_id: string; name: string }[];
}

/** Whom somebody works for, and the way there. */
export default function WorkListPage() {
  const t = useTexts(texts);
  const account = me.value;
  const organisers = useAnswer<Organisers>(account?.memberships.length ? "/v1/organisers" : null);
  const producers = account?.producer_ids ?? [];
  return (
    <WorkPage title={t.work} may={() => true}>
      {account?.memberships.length === 0 && producers.length === 0 && <p class="note">{t.none}</p>}
      <ul class="cards">
        {organisers.value?.organisers.map((organiser) => (
          <li class="card" key={organiser.organiser_id}>
            <small class="soft">{t.organisers}</small>
            <h2>
              <Link href={`/organiser/${organiser.organiser_id}`}>{organiser.name}</Link>
            </h2>
          </li>
        ))}
        {producers.map((id) => (
          <ProducerLink key={id} producerId={id} />
        ))}
      </ul>
      <p>
        <Link href="/producer">{t.register}</Link>
      </p>
    </WorkPage>
  );
}
