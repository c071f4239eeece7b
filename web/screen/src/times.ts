/** Times in the reader's language. */
import type { Timestamp } from 'parley-client';
import { useMemo } from 'react';
import { useLanguage } from './language.js';

export interface Times {
  /** The time of day of today, otherwise the date. */
  short(at: Timestamp | Date, now?: Date): string;
  /** The time of day, with the date if it is not today's. */
  exact(at: Timestamp | Date, now?: Date): string;
  /** The date and the time of day. */
  full(at: Timestamp | Date): string;
  /** The date alone. */
  day(at: Timestamp | Date): string;
  /** How long ago, or how far ahead: "5 minutes ago". */
  ago(at: Timestamp | Date, now?: Date): string;
}

export function useTimes(): Times {
  const { language } = useLanguage();
  return useMemo(() => timesIn(regional(language, navigator.languages)), [language]);
}

/** The language as the reader's region writes it, where their browser names one: `en-GB` has no AM and PM. */
export function regional(language: string, preferred: readonly string[]): string {
  return preferred.find((each) => each === language || each.startsWith(`${language}-`)) ?? language;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

export function timesIn(language: string): Times {
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const thisYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const momentOfYear = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const both = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

  return {
    short(at, now = new Date()) {
      const moment = dateOf(at);
      if (moment.toDateString() === now.toDateString()) return clock.format(moment);
      return (moment.getFullYear() === now.getFullYear() ? thisYear : date).format(moment);
    },
    exact(at, now = new Date()) {
      const moment = dateOf(at);
      if (moment.toDateString() === now.toDateString()) return clock.format(moment);
      return (moment.getFullYear() === now.getFullYear() ? momentOfYear : both).format(moment);
    },
    full: (at) => both.format(dateOf(at)),
    day: (at) => date.format(dateOf(at)),
    ago(at, now = new Date()) {
      const passed = dateOf(at).getTime() - now.getTime();
      for (const [unit, milliseconds] of STEPS) {
        if (Math.abs(passed) >= milliseconds) return relative.format(Math.trunc(passed / milliseconds), unit);
      }
      return relative.format(0, 'minute');
    },
  };
}

function dateOf(at: Timestamp | Date): Date {
  return at instanceof Date ? at : at.toDate();
}
