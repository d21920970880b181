import { useEffect, useState } from "preact/hooks";
import { renewClaim } from "./api";
import type { DeskClaim } from "./types";

/** A lease is renewed well before it runs out. */
const EVERY = 20_000;

/** Keeps a claim in hand while its sheet is open; gives back until when it is. */
export function useLease(claim: DeskClaim): string {
  const [until, setUntil] = useState(claim.leased_until ?? claim.at);
  useEffect(() => {
    const timer = setInterval(() => {
      // Without a connection the lease runs out, and the countdown says so.
      renewClaim(claim).then((renewed) => setUntil((before) => renewed.leased_until ?? before), () => {});
    }, EVERY);
    return () => clearInterval(timer);
  }, [claim]);
  return until;
}
