import { describe, expect, it } from 'vitest';
import { auditSearch, changedIn, personIn } from '../../src/audit/changed.js';

describe('an entry of the audit log', () => {
  it('tells the fields that differ, those of inner ones with dots', () => {
    const before = { name: 'Acme', sms: { from: '+1', countries: ['US'] }, window: { from: '09:00' } };
    const after = { name: 'Acme', sms: { from: '+2', countries: ['US', 'DE'] }, window: null };
    expect(changedIn({ before, after })).toEqual([
      { field: 'sms.countries', before: ['US'], after: ['US', 'DE'] },
      { field: 'sms.from', before: '+1', after: '+2' },
      { field: 'window', before: undefined, after: null },
      { field: 'window.from', before: '09:00', after: undefined },
    ]);
  });

  it('takes a time for one value', () => {
    const until = { seconds: 1, nanoseconds: 0, toDate: () => new Date(1000) };
    expect(changedIn({ before: {}, after: { until } })).toEqual([{ field: 'until', before: undefined, after: until }]);
  });

  it('of an import or a redrive tells the counts', () => {
    expect(changedIn({ before: {}, after: { imported: 3 } })).toEqual([
      { field: 'imported', before: undefined, after: 3 },
    ]);
    expect(changedIn({})).toEqual([]);
  });

  it('leads to the person whom it changed, and not to a report', () => {
    expect(personIn({ action: 'userUpdated', target: 'ann' })).toBe('ann');
    expect(personIn({ action: 'banned', target: 'ann' })).toBe('ann');
    expect(personIn({ action: 'reportResolved', target: '0'.repeat(32) })).toBeUndefined();
  });
});

describe('the address of the audit log', () => {
  it('keeps an id of digits, and leaves out what is no text', () => {
    expect(auditSearch({ by: 'ann', target: 12, action: '', page: 3 })).toEqual({ by: 'ann', target: '12' });
    expect(auditSearch({ by: ['ann'], action: null })).toEqual({});
  });
});
