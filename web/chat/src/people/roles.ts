/** Who may do what to whom in a group: each acts on roles below their own. Pure. */
import type { Member } from 'parley-client';

export type Role = Member['role'];
const RANKS: Role[] = ['member', 'admin', 'owner'];

export function isAbove(one: Role | undefined, other: Role): boolean {
  return one !== undefined && RANKS.indexOf(one) > RANKS.indexOf(other);
}

/** The roles that somebody may give to a member who has this one. */
export function givable(own: Role | undefined, present: Role): Role[] {
  if (!isAbove(own, present)) return [];
  return RANKS.filter((role) => role !== present && isAbove(own, role));
}

export function mayManage(own: Role | undefined): boolean {
  return isAbove(own, 'member');
}
