import { useState } from "preact/hooks";
import type { Photo, Photos, Product } from "../work/types";
import { useTexts } from "../i18n";
import { Problem, send, useSending } from "../kit";
import { PhotoForm } from "./PhotoForm";
import { texts } from "./texts";

/** A product's photos in their order; the first stands on its card. */
export function PhotoStrip({ product }: { product: Product }) {
  const t = useTexts(texts);
  const path = `/v1/products/${product.product_id}/photos`;
  const [photos, setPhotos] = useState(product.photos);
  const sending = useSending();
  const change = (ask: () => Promise<Photos>) => void sending.run(async () => setPhotos((await ask()).photos));
  const remove = (photo: Photo) => change(() => send<Photos>("DELETE", `${path}/${photo.photo_id}`));
  const earlier = (index: number) => {
    const order = photos.map(({ photo_id, alt }) => ({ photo_id, alt }));
    order.splice(index - 1, 2, order[index]!, order[index - 1]!);
    change(() => send<Photos>("PUT", path, { photos: order }));
  };
  return (
    <details class="photos" open={photos.length > 0}>
      <summary>
        {t.photos} ({photos.length})
      </summary>
      <ul class="photo-strip">
        {photos.map((photo, index) => (
          <li key={photo.photo_id}>
            <img src={photo.small.url} width={photo.small.width} height={photo.small.height} alt={photo.alt || t.photoOf(product.name, index + 1)} loading="lazy" />
            <span class="buttons">
              {index > 0 && (
                <button class="button compact" disabled={sending.busy} onClick={() => earlier(index)} aria-label={`${t.earlier}: ${t.photoOf(product.name, index + 1)}`}>
                  ←
                </button>
              )}
              <button class="button compact" disabled={sending.busy} onClick={() => remove(photo)} aria-label={`${t.remove}: ${t.photoOf(product.name, index + 1)}`}>
                {t.remove}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <Problem of={sending.problem} />
      <PhotoForm path={path} onAdded={(added) => setPhotos(added.photos)} />
    </details>
  );
}
