import type { Producers } from "../work/types";
import { useTexts } from "../i18n";
import type { Params } from "../routes";
import { Problem, useAnswer } from "../kit";
import { OrganiserFrame } from "./OrganiserFrame";
import { ProducerCard } from "./ProducerCard";
import { texts } from "./texts";

/** Producers: those to be verified first. */
export default function ProducersPage({ params }: { params: Params }) {
  const organiserId = params["organiser"] ?? "";
  const t = useTexts(texts);
  const producers = useAnswer<Producers>("/v1/producers?limit=100");
  const sorted = [...(producers.value?.producers ?? [])].sort((a, b) => Number(b.state === "draft") - Number(a.state === "draft"));
  return (
    <OrganiserFrame title={t.producers} organiserId={organiserId}>
      <Problem of={producers.problem} />
      <ul class="cards">
        {sorted.map((producer) => (
          <ProducerCard key={producer.producer_id} producer={producer} onDone={producers.again} />
        ))}
      </ul>
    </OrganiserFrame>
  );
}
