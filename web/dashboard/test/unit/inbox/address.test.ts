import type { SavedView } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { inboxSearch } from '../../../src/inbox/search.js';
import { askedOf, isForAll, searchFor, stateOf } from '../../../src/inbox/views/asked.js';

const WHERE = { field: 'attributes.plan', op: '==', value: 'gold' } as const;
const NONE = new Map<string, SavedView>();

describe('the address of the inbox', () => {
  it('keeps what the inbox understands, and nothing else', () => {
    expect(inboxSearch({ view: 'mine', saved: 'v1', other: 1 })).toEqual({ view: 'mine', saved: 'v1' });
    expect(inboxSearch({ view: 'everything', saved: '', where: '{' })).toEqual({});
    expect(inboxSearch({ where: WHERE })).toEqual({ where: JSON.stringify(WHERE) });
    expect(inboxSearch({ where: '[1]' })).toEqual({});
  });

  it('asks for the open cases if it says nothing', () => {
    expect(askedOf({}, NONE)).toEqual({ view: 'open' });
  });

  it('asks for what a saved view says', () => {
    const saved = { name: 'Gold', view: 'closed', where: WHERE } as unknown as SavedView;
    expect(askedOf({ saved: 'v1' }, new Map([['v1', saved]]))).toEqual({ view: 'closed', where: WHERE });
    expect(askedOf({ saved: 'gone' }, NONE)).toEqual({ view: 'open' });
  });

  it('looks at all open cases when a view cannot be filtered', () => {
    expect(askedOf({ view: 'unread', where: JSON.stringify(WHERE) }, NONE)).toEqual({ view: 'open', where: WHERE });
    const where = JSON.stringify(WHERE);
    expect(searchFor('unread', { view: 'open', where })).toEqual({ view: 'unread' });
    expect(searchFor('closed', { view: 'open', where })).toEqual({ view: 'closed', where });
  });

  it('changes all that match only where the server finds the same', () => {
    expect(isForAll({ view: 'mine' })).toBe(true);
    expect(isForAll({ view: 'mine', where: WHERE })).toBe(false);
    expect(isForAll({ view: 'closed', where: WHERE })).toBe(true);
  });

  it('looks in one state of cases, or in all', () => {
    expect([stateOf('mine'), stateOf('snoozed'), stateOf('all')]).toEqual(['open', 'snoozed', undefined]);
  });
});
