import { describe, expect, it } from 'vitest';
import { SNOOZES, snoozeTime } from '../../../src/inbox/case/snoozes.js';

const SUNDAY = new Date(2026, 10, 29, 11, 30);
const MONDAY = new Date(2026, 10, 30, 16, 0);

describe('a case is put off', () => {
  it('to times of the clock of who is at the screen', () => {
    expect(snoozeTime('hour', SUNDAY)).toEqual(new Date(2026, 10, 29, 12, 30));
    expect(snoozeTime('afternoon', SUNDAY)).toEqual(new Date(2026, 10, 29, 15));
    expect(snoozeTime('tomorrow', SUNDAY)).toEqual(new Date(2026, 10, 30, 9));
    expect(snoozeTime('week', SUNDAY)).toEqual(new Date(2026, 11, 6, 9));
  });

  it('to the next Monday, which on a Sunday is tomorrow and not offered twice', () => {
    expect(snoozeTime('monday', SUNDAY)).toBeUndefined();
    expect(snoozeTime('monday', MONDAY)).toEqual(new Date(2026, 11, 7, 9));
  });

  it('to no afternoon that is nearly over', () => {
    expect(snoozeTime('afternoon', MONDAY)).toBeUndefined();
  });

  it('never to a time that is past', () => {
    for (const now of [SUNDAY, MONDAY]) {
      for (const snooze of SNOOZES) {
        const until = snoozeTime(snooze, now);
        if (until) expect(until.getTime()).toBeGreaterThan(now.getTime());
      }
    }
  });
});
