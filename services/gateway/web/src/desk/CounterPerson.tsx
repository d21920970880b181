import { useTexts } from "../i18n";
import { Field, useSending } from "../kit";
import { Faults } from "../work/Faults";
import { shopperOf } from "./api";
import type { Person } from "./counterOrder";
import { texts } from "./texts";

interface Props {
  sessionId: string;
  onFound: (person: Person) => void;
}

/** Who it is, by phone: the parcel and the order are theirs, not the desk's. */
export function CounterPerson({ sessionId, onFound }: Props) {
  const t = useTexts(texts);
  const sending = useSending();
  function find(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [phone, name] = [String(form.get("phone")), String(form.get("name"))];
    void sending.run(async () => {
      const { account_id } = await shopperOf(sessionId, phone, name);
      onFound({ accountId: account_id, name, phone });
    });
  }
  return (
    <form class="stack" onSubmit={find}>
      <Field label={t.phone} hint={t.phoneHint} name="phone" type="tel" inputMode="tel" required autoComplete="off" />
      <Field label={t.name} name="name" required autoComplete="off" />
      <Faults of={sending.problem} />
      <button class="button main wide" disabled={sending.busy}>{t.findPerson}</button>
    </form>
  );
}
