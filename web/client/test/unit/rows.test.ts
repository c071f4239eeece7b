import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { UserChat } from '../../../../schema/exported/parley.js';
import { receivedBy, seenBy } from '../../src/horizons.js';
import { attachmentPath, directChatId, kindOf, newId, otherOf } from '../../src/paths.js';
import { compareListed, listed, readCountAfter, unreadOf } from '../../src/rows.js';
import { later } from '../../src/times.js';
import { at } from './times.js';

function row(more: Partial<UserChat> = {}): UserChat {
  return {
    serviceId: 'default',
    kind: 'group',
    messageCount: 5,
    readCount: 2,
    updatedAt: at(10),
    lastMessage: { id: 'm', senderId: 'bob', preview: 'hi', createdAt: at(10) },
    ...more,
  };
}

test('unread is what the others said and one has not read, never less than none', () => {
  assert.equal(unreadOf(row()), 3);
  assert.equal(unreadOf(row({ readCount: 6 })), 0);
});

test('a row is read to its count once its newest message was shown', () => {
  assert.equal(readCountAfter(row(), at(10)), 5);
  assert.equal(readCountAfter(row(), at(9)), undefined);
});

test('a row that is read, or has no message, is left alone', () => {
  assert.equal(readCountAfter(row({ readCount: 5 }), at(10)), undefined);
  const { lastMessage: _, ...empty } = row({ messageCount: 0, readCount: 0 });
  assert.equal(readCountAfter(empty, at(10)), undefined);
});

test('a list has pinned chats first, archived last, and otherwise the newest first', () => {
  const chats = [
    listed('old', row({ updatedAt: at(1), lastMessage: { id: 'm', senderId: 'b', preview: '', createdAt: at(1) } })),
    listed('archived', row({ updatedAt: at(99), archived: true })),
    listed('new', row({ updatedAt: at(20) })),
    listed('pinned', row({ updatedAt: at(2), pinned: true })),
  ];

  assert.deepEqual(
    chats.sort(compareListed).map(({ chatId }) => chatId),
    ['pinned', 'new', 'old', 'archived'],
  );
});

test('a large group takes its title and last message from the chat and its unread from the count', () => {
  const lastMessage = { id: 'n', senderId: 'eve', preview: 'news', createdAt: at(50) };
  const chat = {
    serviceId: 'default',
    kind: 'group' as const,
    createdBy: 'ann',
    createdAt: at(1),
    lastMessage,
    title: 'Renamed',
  };

  const shown = listed('large', row({ large: true, title: 'As it was' }), { chat, unread: 100 });

  assert.equal(shown.lastMessage?.preview, 'news');
  assert.equal(shown.title, 'Renamed');
  assert.equal(shown.unread, 100);
  assert.deepEqual([listed('small', row({ updatedAt: at(40) })), shown].sort(compareListed)[0]?.chatId, 'large');
});

test('a message was seen by those whose horizon is at or after it, its sender aside', () => {
  const horizon = (seconds: number): { readTo: ReturnType<typeof at>; readAt: ReturnType<typeof at> } => ({
    readTo: at(seconds),
    readAt: at(99),
  });
  const horizons = new Map([
    ['ann', horizon(9)],
    ['bob', horizon(5)],
    ['cem', horizon(4)],
  ]);

  assert.deepEqual(seenBy(horizons, { senderId: 'ann', createdAt: at(5) }), ['bob']);
  assert.deepEqual(seenBy(horizons, { senderId: 'ann' }), []);
});

test('who has read something has received it, and may have received more', () => {
  const horizons = new Map([
    ['ann', { readTo: at(9), readAt: at(99), deliveredTo: at(9) }],
    ['bob', { readTo: at(0), readAt: at(99), deliveredTo: at(5) }],
    ['cem', { readTo: at(5), readAt: at(99) }],
    ['dan', { readTo: at(4), readAt: at(99), deliveredTo: at(4) }],
  ]);

  assert.deepEqual(receivedBy(horizons, { senderId: 'ann', createdAt: at(5) }), ['bob', 'cem']);
  assert.deepEqual(seenBy(horizons, { senderId: 'ann', createdAt: at(5) }), ['cem']);
});

test('of two times the later counts, also when one is missing', () => {
  assert.deepEqual(later(at(1, 5), at(1, 6))?.nanoseconds, 6);
  assert.equal(later(undefined, at(3))?.seconds, 3);
  assert.equal(later(undefined, undefined), undefined);
});

test("a chat's id tells its kind and its people", () => {
  assert.equal(directChatId('bob', 'ann'), 'ann:bob');
  assert.equal(otherOf('ann:bob', 'bob'), 'ann');
  assert.deepEqual(['ann:bob', 'ann:service:acme', 'ann:broadcast:acme', 'x1'].map(kindOf), [
    'direct',
    'case',
    'broadcast',
    'group',
  ]);
});

test("a file's path tells its chat and its uploader, and two files are never at one", () => {
  assert.equal(attachmentPath('ann:bob', 'ann', '1.png'), 'attachments/ann:bob/ann/1.png');
  assert.notEqual(attachmentPath('ann:bob', 'ann'), attachmentPath('ann:bob', 'ann'));
});

test('drawn ids are of the letters that the rules take, and differ', () => {
  const ids = Array.from({ length: 1000 }, newId);

  assert.ok(ids.every((id) => /^[A-Za-z0-9_-]{20}$/.test(id)));
  assert.equal(new Set(ids).size, ids.length);
});
