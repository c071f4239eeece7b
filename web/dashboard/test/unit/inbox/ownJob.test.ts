import type { BulkJob, Timestamp } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { isRecent } from '../../../src/inbox/list/useOwnJob.js';

const SINCE = Date.UTC(2030, 0, 2, 10);
const job = (state: BulkJob['state'], finishedAt?: number): BulkJob =>
  ({ state, ...(finishedAt !== undefined && { finishedAt: { toMillis: () => finishedAt } as Timestamp }) }) as BulkJob;

describe('a change of many cases', () => {
  it('is shown to whoever comes back while it is under way', () => {
    expect([job('planning'), job('running')].map((each) => isRecent(each, SINCE))).toEqual([true, true]);
  });

  it('is shown a while after its end, and then no more', () => {
    for (const state of ['completed', 'cancelled', 'failed'] as const) {
      expect(isRecent(job(state, SINCE + 1_000), SINCE)).toBe(true);
      expect(isRecent(job(state, SINCE - 1_000), SINCE)).toBe(false);
    }
  });
});
