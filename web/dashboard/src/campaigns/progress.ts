/** The sums of a campaign: shares that always add up to its audience, and rates from one look to the next. */
import type { CampaignStatus, Counts, RecipientState } from 'parley-client';

/** The states in the order in which people pass through them. */
export const PASSED: readonly RecipientState[] = [
  'replied',
  'read',
  'delivered',
  'sent',
  'sending',
  'held',
  'planned',
  'skipped',
  'unknown',
  'failed',
];

const OPEN: ReadonlySet<RecipientState> = new Set(['planned', 'held', 'sending']);
const REACHED: ReadonlySet<RecipientState> = new Set(['sent', 'delivered', 'read', 'replied']);

export interface Share {
  state: RecipientState | 'unplanned';
  count: number;
  /** Hundredths of a percent; those of all shares are 10,000 together. */
  width: number;
}

const WHOLE = 10_000;

/**
 * The shares of an audience by state, without empty ones. While it is being planned, those who stand in
 * no state yet are `unplanned`, so that the counts add up to the audience at each look.
 */
export function sharesOf(counts: Counts, audienceCount: number): Share[] {
  const counted = total(counts);
  const parts: { state: Share['state']; count: number }[] = PASSED.map((state) => ({ state, count: counts[state] }));
  if (audienceCount > counted) parts.push({ state: 'unplanned', count: audienceCount - counted });
  const shown = parts.filter(({ count }) => count > 0);
  const widths = apportion(
    shown.map(({ count }) => count),
    WHOLE,
  );
  return shown.map((part, at) => ({ ...part, width: widths[at] ?? 0 }));
}

/** Part `whole` by weights into whole numbers that add up to it, by the largest remainders. */
export function apportion(weights: readonly number[], whole: number): number[] {
  const sum = weights.reduce((before, each) => before + each, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((each) => (each / sum) * whole);
  const parts = exact.map(Math.floor);
  let left = whole - parts.reduce((before, each) => before + each, 0);
  const byRemainder = exact.map((each, at) => ({ at, remainder: each - Math.floor(each) }));
  byRemainder.sort((one, other) => other.remainder - one.remainder || one.at - other.at);
  for (const { at } of byRemainder) {
    if (left === 0) break;
    parts[at] = (parts[at] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

export function total(counts: Counts): number {
  return PASSED.reduce((sum, state) => sum + counts[state], 0);
}

/** People in a state that is open, reached, or over without having been reached; the three are everybody. */
export interface Sums {
  waiting: number;
  reached: number;
  unreached: number;
}

export function sumsOf(counts: Counts, audienceCount: number): Sums {
  let [waiting, reached, unreached] = [0, 0, 0];
  for (const state of PASSED) {
    if (OPEN.has(state)) waiting += counts[state];
    else if (REACHED.has(state)) reached += counts[state];
    else unreached += counts[state];
  }
  return { waiting: waiting + Math.max(0, audienceCount - total(counts)), reached, unreached };
}

/** People who were handed over to a channel: nothing takes that back. */
export function handedOver(counts: Counts): number {
  return counts.sending + counts.sent + counts.delivered + counts.read + counts.replied + counts.unknown;
}

/** How far a campaign was at a time, in milliseconds. */
export interface Look {
  at: number;
  sums: Sums;
}

/** With fewer a plot is a straight line, which says no more than the average. */
export const FEWEST_LOOKS = 3;

/** How far a campaign was by when, as its status tells it from the start on; empty for one of before that. */
export function looksOf({ curve, startedAt, audienceCount }: CampaignStatus): Look[] {
  if (!curve || !startedAt) return [];
  const start = startedAt.toMillis();
  const looks = curve.after.map((after, at): Look => {
    const [reached = 0, unreached = 0] = [curve.reached[at], curve.unreached[at]];
    return {
      at: start + after,
      sums: { reached, unreached, waiting: Math.max(0, audienceCount - reached - unreached) },
    };
  });
  const isFromStart = looks[0]?.at === start;
  return isFromStart ? looks : [{ at: start, sums: { waiting: audienceCount, reached: 0, unreached: 0 } }, ...looks];
}

interface Stretch {
  from: number;
  to: number;
  perSecond: number;
}

/** How many people a second got their final state between one look and the next. */
export function ratesOf(looks: readonly Look[]): Stretch[] {
  const rates: Stretch[] = [];
  for (let at = 1; at < looks.length; at += 1) {
    const [before, after] = [looks[at - 1], looks[at]];
    if (!before || !after) continue;
    const seconds = (after.at - before.at) / 1000;
    const done = after.sums.reached + after.sums.unreached - before.sums.reached - before.sums.unreached;
    rates.push({ from: before.at, to: after.at, perSecond: Math.max(0, done) / seconds });
  }
  return rates;
}

/** An SVG path of points in a box of `width` by `height`, whose y axis goes up from 0 to `top`. */
export function linePath(points: readonly { x: number; y: number }[], box: Box): string {
  return points
    .map((point, at) => {
      const x = ((point.x - box.from) / Math.max(1, box.to - box.from)) * box.width;
      const y = box.height - (point.y / Math.max(1, box.top)) * box.height;
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export interface Box {
  width: number;
  height: number;
  from: number;
  to: number;
  top: number;
}

/** The same as an area down to another line, or to the ground. */
export function areaPath(
  upper: readonly { x: number; y: number }[],
  lower: readonly { x: number; y: number }[],
  box: Box,
) {
  const up = linePath(upper, box);
  const down = linePath([...lower].reverse(), box).replace('M', 'L');
  return up && `${up}${down}Z`;
}
