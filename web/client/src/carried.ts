/**
 * Find values that Firestore cannot store. The SDK must not get one: it would block its queue of
 * writes, and no later write would arrive. Pure.
 */

/** The limit of a document's size (firebase.google.com/docs/firestore/quotas), without its name. */
const DOCUMENT_BYTES = 1_048_576 - 16_384;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;
export const HALF_A_PAIR = 'holds half of a surrogate pair, and is no Unicode text';

export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** A text as it can be shown: with halves of surrogate pairs, and what else JSON escapes, spelled out. */
export function spelled(text: string): string {
  return isWellFormed(text) ? text : JSON.stringify(text).slice(1, -1);
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A value that Firestore cannot store, and why. */
export interface Uncarried {
  /** As `attachments.0.name`; empty for the value itself. */
  at: string;
  message: string;
  value: unknown;
  limit?: number;
}

/** Return the first value that Firestore cannot store in a path, a document or a call, if any. */
export function uncarried(value: unknown): Uncarried | undefined {
  const found = illFormed(value, []);
  if (found) return found;
  const size = sizeOf(value);
  if (size <= DOCUMENT_BYTES) return undefined;
  return { at: '', message: 'too many bytes for a document', value: size, limit: DOCUMENT_BYTES };
}

function illFormed(value: unknown, at: string[]): Uncarried | undefined {
  if (typeof value === 'string') {
    return isWellFormed(value) ? undefined : { at: at.join('.'), message: HALF_A_PAIR, value };
  }
  for (const [key, held] of entriesOf(value)) {
    if (!isWellFormed(key)) return { at: at.join('.'), message: 'has a key with half of a surrogate pair', value: key };
    const found = illFormed(held, [...at, key]);
    if (found) return found;
  }
  return undefined;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  return entriesOf(value).reduce((size, [key, held]) => size + bytesOf(key) + sizeOf(held), 8);
}

/** Instances of a class, such as a Timestamp, are not inspected. */
function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  const made: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || made === Object.prototype || made === null ? Object.entries(value) : [];
}
