/** Firestore's timestamps, as far as the library looks at them. */
import type { Timestamp } from '../../../../schema/exported/parley.js';

/** A time so many seconds, and nanoseconds, after 1970. */
export function at(seconds: number, nanoseconds = 0): Timestamp {
  const milliseconds = seconds * 1000 + nanoseconds / 1_000_000;
  return {
    seconds,
    nanoseconds,
    toDate: () => new Date(milliseconds),
    toMillis: () => milliseconds,
  };
}
