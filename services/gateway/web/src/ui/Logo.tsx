/** The roof of a market hall above a coin: Phiên. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 40 40" width="32" height="32" aria-hidden="true">
      <path d="M3 16 Q20 -2 37 16 Z" fill="currentColor" />
      <path d="M4 18 h32 v3 a4 4 0 0 1 -8 0 a4 4 0 0 1 -8 0 a4 4 0 0 1 -8 0 a4 4 0 0 1 -8 0 z" fill="currentColor" opacity="0.55" />
      <circle cx="20" cy="32" r="6" fill="currentColor" />
    </svg>
  );
}
