/** The sums of a campaign add up at every look. */
import { Timestamp } from 'firebase/firestore';
import type { CampaignStatus, Counts } from 'parley-client';
import { describe, expect, it } from 'vitest';
import {
  apportion,
  areaPath,
  handedOver,
  type Look,
  linePath,
  looksOf,
  ratesOf,
  sharesOf,
  sumsOf,
  total,
} from '../../src/campaigns/progress.js';

const NONE: Counts = {
  planned: 0,
  held: 0,
  sending: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  replied: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
};
const sum = (numbers: number[]): number => numbers.reduce((before, each) => before + each, 0);
/** Numbers that look random and are the same in each run. */
function* drawn(seed: number): Generator<number> {
  let state = seed;
  while (true) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

describe('shares', () => {
  it('add up to the audience and to the whole bar, whatever the counts are', () => {
    const random = drawn(7);
    const draw = (): number => Math.floor((random.next().value ?? 0) ** 3 * 1000);
    for (let round = 0; round < 300; round += 1) {
      const counts = Object.fromEntries(Object.keys(NONE).map((state) => [state, draw()])) as unknown as Counts;
      const audience = total(counts) + (round % 3 === 0 ? draw() : 0);
      const shares = sharesOf(counts, audience);
      expect(sum(shares.map(({ count }) => count))).toBe(audience);
      expect(sum(shares.map(({ width }) => width))).toBe(audience === 0 ? 0 : 10_000);
      const { waiting, reached, unreached } = sumsOf(counts, audience);
      expect(waiting + reached + unreached).toBe(audience);
    }
  });

  it('show people who stand in no state yet while the audience is planned', () => {
    expect(sharesOf({ ...NONE, planned: 100 }, 250)).toMatchObject([
      { state: 'planned', count: 100 },
      { state: 'unplanned', count: 150 },
    ]);
  });

  it('leave out states that nobody is in', () => {
    expect(sharesOf({ ...NONE, sent: 3 }, 3).map(({ state }) => state)).toEqual(['sent']);
  });

  it('of thirds get the odd part by the largest remainder', () => {
    expect(apportion([1, 1, 1], 10_000)).toEqual([3334, 3333, 3333]);
    expect(apportion([0, 0], 100)).toEqual([0, 0]);
  });
});

it('counts as handed over what a cancel cannot take back', () => {
  expect(handedOver({ ...NONE, planned: 1, held: 2, sending: 4, sent: 8, unknown: 16, failed: 32, skipped: 64 })).toBe(
    28,
  );
});

describe('looks', () => {
  const look = (at: number, reached: number): Look => ({ at, sums: { waiting: 100 - reached, reached, unreached: 0 } });

  it('give the rate from one to the next, and none below zero when a report takes back', () => {
    expect(ratesOf([look(0, 0), look(2000, 50), look(3000, 40)])).toEqual([
      { from: 0, to: 2000, perSecond: 25 },
      { from: 2000, to: 3000, perSecond: 0 },
    ]);
  });

  const status = (changes: { [Field in keyof CampaignStatus]?: CampaignStatus[Field] | undefined }) =>
    looksOf({
      audienceCount: 100,
      startedAt: Timestamp.fromMillis(5_000),
      curve: { after: [1_000, 2_000], reached: [40, 90], unreached: [0, 10] },
      ...changes,
    } as CampaignStatus);

  it('are those that the campaign recorded, from its start on', () => {
    expect(status({})).toEqual([
      { at: 5_000, sums: { waiting: 100, reached: 0, unreached: 0 } },
      { at: 6_000, sums: { waiting: 60, reached: 40, unreached: 0 } },
      { at: 7_000, sums: { waiting: 0, reached: 90, unreached: 10 } },
    ]);
    expect(status({ curve: { after: [0], reached: [1], unreached: [0] } })).toHaveLength(1);
  });

  it('are none of a campaign that recorded none, or has not begun', () => {
    expect(status({ curve: undefined })).toEqual([]);
    expect(status({ startedAt: undefined })).toEqual([]);
  });
});

describe('paths', () => {
  const box = { width: 100, height: 10, from: 0, to: 10, top: 20 };

  it('go from the ground up, and from the first time to the last', () => {
    expect(
      linePath(
        [
          { x: 0, y: 0 },
          { x: 10, y: 20 },
        ],
        box,
      ),
    ).toBe('M0.0 10.0L100.0 0.0');
  });

  it('of areas come back along the lower line', () => {
    const upper = [
      { x: 0, y: 20 },
      { x: 10, y: 20 },
    ];
    const lower = [
      { x: 0, y: 0 },
      { x: 10, y: 10 },
    ];
    expect(areaPath(upper, lower, box)).toBe('M0.0 0.0L100.0 0.0L100.0 5.0L0.0 10.0Z');
    expect(areaPath([], [], box)).toBe('');
  });
});
