import type { SavedView } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { inboxSearch, VIEWS } from '../../../src/inbox/search.js';
import { askedOf, filteredBy, matching, searchFor } from '../../../src/inbox/views/asked.js';

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

  it('keeps every view what it is when a filter narrows it', () => {
    const where = JSON.stringify(WHERE);
    for (const view of VIEWS) {
      expect(askedOf({ view, where }, NONE)).toEqual({ view, where: WHERE });
      expect(searchFor(view, { view: 'open', where })).toEqual({ view, where });
    }
  });

  it('takes the filter of a saved view away, where one clears it, and leaves the view what it is', () => {
    const gold = { name: 'Gold', view: 'mine', assigneeId: 'bea', where: WHERE } as unknown as SavedView;
    const views = new Map([['v1', gold]]);
    const cleared = inboxSearch({ ...filteredBy({ saved: 'v1' }, undefined, gold) });
    expect(askedOf({ saved: 'v1' }, views)).toEqual({ view: 'mine', assigneeId: 'bea', where: WHERE });
    expect(askedOf(cleared, views)).toEqual({ view: 'mine', assigneeId: 'bea' });
    expect(searchFor('open', cleared)).toEqual({ view: 'open' });
    expect(filteredBy(cleared, WHERE, gold)).toEqual({ saved: 'v1', where: JSON.stringify(WHERE) });
    expect(filteredBy({ view: 'open', where: JSON.stringify(WHERE) }, undefined, undefined)).toEqual({ view: 'open' });
  });

  it('asks for the cases of somebody else in the view of assignees alone', () => {
    const hers = { name: 'Hers', view: 'mine', assigneeId: 'bea' } as unknown as SavedView;
    expect(askedOf({ saved: 'v1' }, new Map([['v1', hers]]))).toEqual({ view: 'mine', assigneeId: 'bea' });
    expect(askedOf({ saved: 'v1', view: 'open' }, new Map([['v1', hers]]))).toEqual({ view: 'open' });
  });

  it('has a job change what the list shows, but for those that are spared', () => {
    expect(matching({ view: 'unread' }, [])).toEqual({ view: 'unread' });
    expect(matching({ view: 'mine', assigneeId: 'bea', where: WHERE }, ['a:service:b'])).toEqual({
      view: 'mine',
      assigneeId: 'bea',
      where: WHERE,
      exceptChatIds: ['a:service:b'],
    });
  });
});
