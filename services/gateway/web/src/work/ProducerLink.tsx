import { Link } from "wouter-preact";
import { useTexts } from "../i18n";
import { useAnswer } from "../kit";
import { texts } from "./texts";
import type { Producer } from "./types";

/** One producer whose goods somebody keeps. */
export function ProducerLink({ producerId }: { producerId: string }) {
  const t = useTexts(texts);
  const { value } = useAnswer<Producer>(`/v1/producers/${producerId}`);
  return (
    <li class="card">
      <small class="soft">{t.producers}</small>
      <h2>
        <Link href={`/producer/${producerId}`}>{value?.name ?? "…"}</Link>
      </h2>
    </li>
  );
}
