import type { Order } from "../api/types";
import { phone } from "../format";
import { useTexts } from "../i18n";
import { WardLine } from "../ui/WardLine";
import { texts } from "./texts";

/** To whom and where. */
export function Destination({ order }: { order: Order }) {
  const t = useTexts(texts);
  const { contact, delivery } = order;
  if (!contact) return null;
  return (
    <section class="card stack" aria-labelledby="to">
      <h2 id="to">{delivery?.address ? t.to : t.pickup}</h2>
      <p>
        {contact.name}
        <br />
        {phone(contact.phone)}
      </p>
      {delivery?.address && (
        <p>
          {delivery.address.line}, <WardLine code={delivery.address.ward_code} />
        </p>
      )}
    </section>
  );
}
