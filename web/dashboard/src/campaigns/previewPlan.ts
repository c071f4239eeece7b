/** When to ask the server again what a draft would do, and how much of it. Pure. */
import type { ParleyError } from 'parley-client';
import type { Job } from './job.js';

/** How long the typing has to stop. */
export const SETTLED_MS = 700;
/** The same where the audience is large: each count reads all of it, and the server counts 200,000 people a minute. */
export const SETTLED_LARGE_MS = 2_000;
/** How long a text has to rest before a large audience is counted for it. */
export const RESTED_MS = 20_000;
export const LARGE = 5_000;

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/** A draft as previews see it: the text alone, and all that decides who gets it. */
export interface Asked {
  audience: string;
  text: string;
}

export interface Failed {
  of: Asked;
  error: ParleyError;
  /** When to ask again, in milliseconds. */
  notBefore: number;
  /** How often in a row. */
  times: number;
}

export interface Progress {
  /** Of which draft the counts are, and how many people they counted. */
  counted?: { of: Asked; audienceCount: number } | undefined;
  /** Of which draft the shown texts are. */
  rendered?: Asked | undefined;
  /** What is asked at the moment. */
  asking?: Asked | undefined;
  failed?: Failed | undefined;
}

/** `texts` asks for the texts of the people who are shown, and counts nobody else. */
export interface Ask {
  what: 'all' | 'texts';
  afterMs: number;
  /** Whether the text has to rest first. */
  isLater?: boolean;
}

/** The name changes nothing that is shown, unless the text says it. */
export function askedOf({ name, message, ...rest }: Job): Asked {
  const isNamed = /campaign/.test(`${message.body}${message.title ?? ''}`);
  return { audience: JSON.stringify(rest), text: JSON.stringify([message, isNamed && name]) };
}

export function isSame(one: Asked | undefined, other: Asked | undefined): boolean {
  return one?.audience === other?.audience && one?.text === other?.text;
}

/**
 * What to ask next for a draft; undefined while nothing is to be asked.
 *
 * @param isFinal Whether the counts are needed for the very text, since it is about to be sent.
 */
export function nextAsk(draft: Asked, progress: Progress, isFinal: boolean, now: number): Ask | undefined {
  const { counted, rendered, asking, failed } = progress;
  if (isSame(counted?.of, draft) || isSame(asking, draft)) return undefined;
  if (failed && !failed.error.isPassing && isSame(failed.of, draft)) return undefined;
  const after = (settledMs: number): number => Math.max(settledMs, (failed?.notBefore ?? 0) - now);
  if (!isLarge(counted)) return { what: 'all', afterMs: after(SETTLED_MS) };
  if (!isCountedLater(draft, progress, isFinal)) return { what: 'all', afterMs: after(SETTLED_LARGE_MS) };
  if (!isSame(rendered, draft)) return { what: 'texts', afterMs: after(SETTLED_MS) };
  return { what: 'all', afterMs: after(RESTED_MS), isLater: true };
}

/** Whether a draft's text differs from what a large audience was counted for, and has to rest before it is again. */
export function isCountedLater(draft: Asked, { counted }: Progress, isFinal: boolean): boolean {
  return isLarge(counted) && counted?.of.audience === draft.audience && !isFinal;
}

function isLarge(counted: Progress['counted']): boolean {
  return counted !== undefined && counted.audienceCount > LARGE;
}

/** A failure, and when to ask again: when the server says so, or else after a while that doubles each time. */
export function failedWith(of: Asked, error: ParleyError, before: Failed | undefined, now: number): Failed {
  const times = before?.error.isPassing ? before.times + 1 : 1;
  const waitMs =
    error.retryAfter === undefined
      ? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (times - 1))
      : error.retryAfter * 1_000;
  return { of, error, notBefore: error.isPassing ? now + waitMs : 0, times };
}
