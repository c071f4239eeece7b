import type { FoundCase } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { foundRow } from '../../../src/inbox/list/rows.js';
import { seenIn } from '../../../src/inbox/list/useSeen.js';

const FOUND: FoundCase = {
  chatId: 'ann:service:acme',
  userId: 'ann',
  displayName: 'Ann',
  state: 'open',
  isUnread: true,
  lastMessage: { id: 'm1', senderId: 'ann', preview: 'Hello', createdAt: '2030-01-02T10:00:00Z' },
};

describe('a case that a filter found', () => {
  it('is unread in the list if it is so in its own', () => {
    expect(foundRow(FOUND)).toMatchObject({ preview: 'Hello', isUnread: true, isOurs: false });
    const { isUnread: _, ...read } = FOUND;
    expect(foundRow(read).isUnread).toBe(false);
  });

  it('says until when it is snoozed', () => {
    const snoozed = foundRow({ ...FOUND, state: 'snoozed', snoozedUntil: '2030-01-03T09:00:00+00:00' });
    expect(snoozed.snoozedUntil).toEqual(new Date(Date.UTC(2030, 0, 3, 9)));
  });

  it('is read once somebody has opened it, and no other is', () => {
    const page = { cases: [FOUND, { ...FOUND, chatId: 'bob:service:acme' }], nextCursor: 'bob' };
    const seen = seenIn(page, 'ann:service:acme');
    expect(seen.cases.map(({ isUnread }) => isUnread)).toEqual([false, true]);
    expect(seen.nextCursor).toBe('bob');
    expect(seenIn(seen, 'ann:service:acme')).toBe(seen);
  });
});
