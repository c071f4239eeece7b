import { expect, it } from 'vitest';
import { ZONES } from '../../src/zones.js';

it('offers UTC first, and zones by their present and their old names, each once', () => {
  expect(ZONES[0]).toBe('UTC');
  expect(ZONES).toEqual(expect.arrayContaining(['Europe/Berlin', 'Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv']));
  expect(new Set(ZONES).size).toBe(ZONES.length);
});

it.each(ZONES.map((zone) => [zone]))('offers %s, which the browser knows', (zone) => {
  expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
});
