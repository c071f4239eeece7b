import { describe, expect, it } from 'vitest';
import { regional, timesIn } from '../../src/times.js';

describe('times', () => {
  it('are written as in the region of the reader', () => {
    expect(regional('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(regional('ar', ['en-GB'])).toBe('ar');
    const noon = new Date(2026, 1, 3, 18, 22);
    expect(timesIn('en-GB').short(noon, noon)).toBe('18:22');
  });
});
