/** What an entry of the audit log says was changed. Pure. */
import type { AuditEntry } from 'parley-client';

export interface Changed {
  /** The name of the field, those of inner ones with dots. */
  field: string;
  /** Undefined where there was nothing. */
  before: unknown;
  /** Undefined or null where nothing is left. */
  after: unknown;
}

/** The fields that differ, in the order of their names. */
export function changedIn({ before, after }: Pick<AuditEntry, 'before' | 'after'>): Changed[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after));
}

function leavesOf(value: unknown, prefix = ''): Map<string, unknown> {
  if (!isMap(value)) return value === undefined ? new Map() : new Map([[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...leavesOf(inner, prefix ? `${prefix}.${name}` : name)]),
  );
}

/** Times are objects too, and hold one value. */
function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTime(value);
}

export function isTime(value: unknown): value is { toDate(): Date } {
  return typeof (value as { toDate?: unknown } | null)?.toDate === 'function';
}

/** The acts that the page can name and search for. */
export const ACTIONS = [
  'serviceUpdated',
  'userUpdated',
  'peopleImported',
  'reportResolved',
  'banned',
  'unbanned',
  'redriven',
  'reconciled',
] as const;
export type Action = (typeof ACTIONS)[number];

export function isAction(action: string): action is Action {
  return ACTIONS.includes(action as Action);
}

/** The person whom an act was about. */
export function personIn({ action, target }: Pick<AuditEntry, 'action' | 'target'>): string | undefined {
  return ['userUpdated', 'banned', 'unbanned'].includes(action) ? target : undefined;
}

export interface AuditSearch {
  by?: string;
  action?: string;
  target?: string;
}

/** Leave out what no audit log understands. An id of digits alone arrives as a number. */
export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const named = (['by', 'action', 'target'] as const).flatMap((name) => {
    const value = search[name];
    const isText = (typeof value === 'string' && value !== '') || typeof value === 'number';
    return isText ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(named);
}
