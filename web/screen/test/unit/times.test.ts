import { describe, expect, it } from 'vitest';
import { regional, timesIn } from '../../src/times.js';

describe('times', () => {
  it('are written as in the region of the reader', () => {
    expect(regional('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(regional('ar', ['en-GB'])).toBe('ar');
    const noon = new Date(2026, 1, 3, 18, 22);
    expect(timesIn('en-GB').short(noon, noon)).toBe('18:22');
  });

  it('that are still to come have their day unless it is today, and their year unless it is this one', () => {
    const { exact } = timesIn('en-GB');
    const now = new Date(2026, 1, 3, 9, 5);
    expect(exact(new Date(2026, 1, 3, 18, 22), now)).toBe('18:22');
    expect(exact(new Date(2026, 1, 4, 18, 22), now)).toBe('4 Feb, 18:22');
    expect(exact(new Date(2027, 0, 4, 18, 22), now)).toBe('4 Jan 2027, 18:22');
  });
});
