import type { ComponentChildren } from "preact";
import type { Producer } from "../work/types";
import { useTexts } from "../i18n";
import { useAnswer } from "../kit";
import { keeps } from "../work/may";
import { tag } from "../work/tone";
import { WorkPage } from "../work/WorkPage";
import { texts } from "./texts";

interface Props {
  title: string;
  producerId: string;
  children: ComponentChildren;
}

/** The producer's pages and the ways between them. */
export function ProducerFrame({ title, producerId, children }: Props) {
  const t = useTexts(texts);
  const { value: producer } = useAnswer<Producer>(`/v1/producers/${producerId}`);
  const root = `/producer/${producerId}`;
  const tabs = [
    [root, t.goods],
    [`${root}/import`, t.import],
    [`${root}/offers`, t.offers],
    [`${root}/parcels`, t.parcels],
    [`${root}/settlement`, t.settlement],
    [`${root}/profile`, t.profile],
  ] as const;
  return (
    <WorkPage title={title} may={keeps(producerId)} tabs={tabs}>
      {producer && (
        <p class="whose">
          <b>{producer.name}</b> <span class={tag(producer.state)}>{t.states[producer.state]}</span>
        </p>
      )}
      {children}
    </WorkPage>
  );
}
