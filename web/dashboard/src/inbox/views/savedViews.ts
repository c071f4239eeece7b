/** Saved views: their order in this browser, and who may change them. Pure. */
import type { SavedView, Staff } from 'parley-client';
import { isAdmin, isAgent } from '../../session/session.js';

export type SavedViewsShown = ReadonlyMap<string, SavedView>;

/** Those that were moved by hand come first, the others by name. */
export function ordered(views: SavedViewsShown, order: readonly string[]): SavedViewsShown {
  const place = (id: string): number => {
    const index = order.indexOf(id);
    return index < 0 ? order.length : index;
  };
  return new Map(
    [...views].sort(
      ([one, { name }], [other, { name: otherName }]) =>
        place(one) - place(other) ||
        name.localeCompare(otherName, undefined, { numeric: true }) ||
        (one < other ? -1 : 1),
    ),
  );
}

/** The order after a view was moved up or down by one; at an end it stays. */
export function moved(ids: readonly string[], id: string, by: 1 | -1): string[] {
  const from = ids.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= ids.length) return [...ids];
  const others = ids.filter((each) => each !== id);
  return [...others.slice(0, to), id, ...others.slice(to)];
}

/** As the rules: one's own, and shared ones by those who may share. */
export function mayChange({ createdBy, sharedWith }: SavedView, uid: string, role: Staff['role']): boolean {
  return isAgent(role) && (sharedWith === undefined ? createdBy === uid : isAdmin(role));
}

export function mayRemove({ createdBy, sharedWith }: SavedView, uid: string, role: Staff['role']): boolean {
  return isAgent(role) && (createdBy === uid || (sharedWith !== undefined && isAdmin(role)));
}

const REMEMBERED = 'parley.views';

export function rememberedOrder(storage: Pick<Storage, 'getItem'>, serviceId: string): string[] {
  try {
    const order: unknown = JSON.parse(storage.getItem(`${REMEMBERED}.${serviceId}`) ?? '[]');
    return Array.isArray(order) ? order.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberOrder(storage: Pick<Storage, 'setItem'>, serviceId: string, order: readonly string[]): void {
  storage.setItem(`${REMEMBERED}.${serviceId}`, JSON.stringify(order));
}
