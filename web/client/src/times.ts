/** Firestore's times, compared to the nanosecond. Pure. */
import type { Timestamp } from '../../../schema/exported/parley.js';

export function compareTimes(one: Timestamp, other: Timestamp): number {
  return one.seconds - other.seconds || one.nanoseconds - other.nanoseconds;
}

/** The later of two times. */
export function later(one: Timestamp | undefined, other: Timestamp | undefined): Timestamp | undefined {
  if (!one || !other) return one ?? other;
  return compareTimes(one, other) >= 0 ? one : other;
}

/** Whether one is later than another, which may be no time at all. */
export function isLater(one: Timestamp | undefined, other: Timestamp | undefined): boolean {
  return one !== undefined && (!other || compareTimes(one, other) > 0);
}
