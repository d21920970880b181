/** Stands where something is going to be, as high as it. */
export function Skeleton({ height }: { height: string }) {
  return <div class="skeleton" style={{ height }} aria-hidden="true" />;
}
