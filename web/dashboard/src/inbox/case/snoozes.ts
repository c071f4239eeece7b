/** The times to which a case is put off. */

export const SNOOZES = ['hour', 'afternoon', 'tomorrow', 'monday', 'week'] as const;
export type Snooze = (typeof SNOOZES)[number];

const MORNING = 9;
const AFTERNOON = 15;
const MONDAY = 1;
const HOUR_MS = 3_600_000;

/** By the clock of the person at the screen; those that make no sense now are missing. */
export function snoozeTime(snooze: Snooze, now: Date): Date | undefined {
  switch (snooze) {
    case 'hour':
      return new Date(now.getTime() + HOUR_MS);
    case 'afternoon':
      return now.getHours() < AFTERNOON - 1 ? at(now, 0, AFTERNOON) : undefined;
    case 'tomorrow':
      return at(now, 1, MORNING);
    case 'monday': {
      const days = (MONDAY - now.getDay() + 7) % 7 || 7;
      return days === 1 ? undefined : at(now, days, MORNING);
    }
    case 'week':
      return at(now, 7, MORNING);
  }
}

function at(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}
