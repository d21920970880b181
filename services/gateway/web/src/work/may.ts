// Whose page it is. The API asks again at every request; this only spares people pages that would refuse them.
import type { Account } from "../api/types";
import { hasRole } from "../me";

export const organises = (account: Account): boolean => hasRole(account, "organiser") || account.operator;
export const steers = (account: Account | null | undefined): boolean => hasRole(account, "organiser", "host");
export const moderates = (account: Account): boolean => hasRole(account, "organiser", "host", "moderator");
export const works = (account: Account): boolean => account.memberships.length > 0;
export const keeps = (producerId: string) => (account: Account) => account.producer_ids.includes(producerId);
