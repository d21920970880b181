/** The roofs of a fair in front of hills. */
export function Stalls() {
  return (
    <svg class="poster-stalls" viewBox="0 0 320 120" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <path d="M0 120V70Q50 28 96 62Q150 10 206 58Q256 30 320 74V120Z" fill="#000" opacity=".22" />
      <circle cx="238" cy="34" r="15" fill="#ffd98a" opacity=".85" />
      {[24, 100, 176, 252].map((left, index) => (
        <g key={left} transform={`translate(${left} ${index % 2 === 0 ? 66 : 74})`}>
          <path d="M-12 20Q22 -14 56 20Z" fill="#fff3dc" opacity=".9" />
          <path d="M-10 21h64v3a8 6 0 0 1-16 0a8 6 0 0 1-16 0a8 6 0 0 1-16 0a8 6 0 0 1-16 0z" fill="#ffc7a3" opacity=".9" />
          <path d="M-6 30v30M50 30v30" stroke="#fff3dc" stroke-width="2.5" opacity=".8" />
          <path d="M-4 44h52v16h-52z" fill="#000" opacity=".28" />
          <circle cx="22" cy="36" r="3.5" fill="#ffd98a" />
        </g>
      ))}
    </svg>
  );
}
