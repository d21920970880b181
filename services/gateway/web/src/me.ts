// Who is signed in on this phone; the cookie itself is not for scripts to see.
import { signal } from "@preact/signals";
import { Refused, call } from "./api/client";
import type { Account } from "./api/types";

/** `undefined`: not known yet; `null`: nobody. */
export const me = signal<Account | null | undefined>(undefined);

export async function learnWhoIAm(): Promise<void> {
  try {
    me.value = await call("get", "/v1/me");
  } catch (error) {
    me.value = error instanceof Refused ? null : me.value;
  }
}

export async function signOut(): Promise<void> {
  await call("post", "/v1/sign-out");
  me.value = null;
}

type Role = Account["memberships"][number]["role"];

export const hasRole = (account: Account | null | undefined, ...roles: Role[]): boolean =>
  account?.memberships.some((membership) => roles.includes(membership.role)) ?? false;
