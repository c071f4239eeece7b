import type { Timestamp } from 'parley-client';
import { expect, it } from 'vitest';
import { newestBy } from '../../../src/window/newest.js';

const at = (seconds: number, nanoseconds = 0): Timestamp => ({ seconds, nanoseconds }) as Timestamp;

it('what the server keeps stands newest first, and by id, the last first, where the time is the same', () => {
  const { compare } = newestBy<{ id: string; at: Timestamp }>(({ id }) => id);
  const entries = [
    { id: 'a', at: at(5) },
    { id: 'b', at: at(5, 1) },
    { id: 'c', at: at(5) },
    { id: 'd', at: at(9) },
  ];
  expect(entries.sort(compare).map(({ id }) => id)).toEqual(['d', 'b', 'c', 'a']);
});
