import type { Timestamp } from 'parley-client';

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const BOTH = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The time of day of today, otherwise the date. */
export function shortTime(at: Timestamp, now = new Date()): string {
  const date = at.toDate();
  return date.toDateString() === now.toDateString() ? CLOCK.format(date) : DAY.format(date);
}

export function fullTime(at: Timestamp): string {
  return BOTH.format(at.toDate());
}
