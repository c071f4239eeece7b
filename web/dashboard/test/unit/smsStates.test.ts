import { describe, expect, it } from 'vitest';
import { COLOURS, STATES, stateIn } from '../../src/sms/states.js';

describe('the page of SMS without a case', () => {
  it('can show each state alone, and all for an address that it does not understand', () => {
    expect(new Set(STATES)).toEqual(new Set(Object.keys(COLOURS)));
    expect(stateIn({ state: 'kept' })).toBe('kept');
    expect(stateIn({ state: 'lost' })).toBeUndefined();
    expect(stateIn({})).toBeUndefined();
  });
});
