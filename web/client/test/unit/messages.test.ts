import assert from 'node:assert/strict';
import type { QueryDocumentSnapshot } from 'firebase/firestore';
import { test } from 'vitest';
import { ParleyError } from '../../src/errors.js';
import { Messages } from '../../src/messages.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

/** The place of the listener to the newest page. */
const NEWEST = 0;
const isClosed = { name: 'ParleyError', reason: 'closed' };

interface Watched {
  connection: ToldConnection;
  messages: Messages;
  ids(): string;
}

function watched(pageSize: number, held?: number): Watched {
  const connection = new ToldConnection();
  const messages = new Messages(connection.asConnection, 'hikers', 'ann', pageSize, held);
  return { connection, messages, ids: () => (messages.value?.messages ?? []).map(({ id }) => id).join('') };
}

/** A message for each letter, said in the order of the alphabet. */
function said(ids: string): QueryDocumentSnapshot[] {
  return [...ids].map((id) => stored(id, { senderId: 'ann', body: id, createdAt: at(id.charCodeAt(0)) }));
}

test('whether there are older messages the server says, not the cache', () => {
  const { connection, messages } = watched(2);

  connection.tell(NEWEST, said('a'), true);
  assert.equal(messages.value?.hasOlder, false);
  connection.tell(NEWEST, said('ba'));

  assert.equal(messages.value?.hasOlder, true);
});

test('what the cache knew is shown until the server answers, and then without its holes', () => {
  const { connection, ids } = watched(3);

  connection.tell(NEWEST, said('ca'), true);
  assert.equal(ids(), 'ac');
  connection.tell(NEWEST, said('edc'));

  assert.equal(ids(), 'cde');
});

test('a gap of connection that is short keeps what was shown', () => {
  const { connection, ids } = watched(2);
  connection.tell(NEWEST, said('ba'));

  connection.tell(NEWEST, said('ba'), true);
  connection.tell(NEWEST, said('cb'));

  assert.equal(ids(), 'abc');
});

test('who scrolls up before the server has answered misses no message between the cache and it', async () => {
  const { connection, messages, ids } = watched(3);
  connection.tell(NEWEST, said('fed'), true);
  const older = messages.older();
  connection.tell(1, said('c'), true);

  // The newest page has moved on by one: what was asked for joins it no more.
  connection.tell(NEWEST, said('gfe'));
  connection.tell(1, said('cba'));
  assert.equal(ids(), 'efg');
  await new Promise(setImmediate);
  connection.tell(2, said('dcb'));
  await older;

  assert.equal(ids(), 'bcdefg');
  assert.deepEqual(connection.places, [0, 2]);
});

test('a page whose edge is let go before it is told is asked for from the new edge', async () => {
  const { connection, messages, ids } = watched(2, 4);
  connection.tell(NEWEST, said('ed'));
  const first = messages.older();
  connection.tell(1, said('cb'));
  await first;
  const older = messages.older();

  connection.tell(NEWEST, said('fe'));
  connection.tell(2, said('a'));
  assert.equal(ids(), 'cdef');
  await new Promise(setImmediate);
  connection.tell(3, said('ba'));
  await older;

  assert.equal(ids(), 'abcd');
});

test('what the cache knew of an older page gives way to what the server tells of it', async () => {
  const { connection, messages, ids } = watched(2);
  connection.tell(NEWEST, said('fe'));
  const older = messages.older();

  connection.tell(1, said('da'), true);
  assert.equal(ids(), 'adef');
  connection.tell(1, said('dc'));
  await older;

  assert.equal(ids(), 'cdef');
});

test('nothing is listened to anew once a chat is closed, and who waits for a page is told', async () => {
  const { connection, messages } = watched(2);
  connection.tell(NEWEST, said('dc'));
  const older = messages.older();
  const ready = messages.first(({ hasOlder }) => !hasOlder);

  messages.close();

  for (const waiting of [older, ready, messages.older(), messages.newer(), messages.newest()]) {
    await assert.rejects(waiting, isClosed);
  }
  assert.deepEqual([connection.places, connection.listeners.length], [[], 2]);
});

test('who waits for the newest messages is told when the chat is closed', async () => {
  const { connection, messages } = watched(1, 2);
  connection.tell(NEWEST, said('d'));
  for (const [place, id] of ['c', 'b'].entries()) {
    const older = messages.older();
    connection.tell(place + 1, said(id));
    await older;
  }
  assert.equal(messages.value?.hasNewer, true);
  const newest = messages.newest();

  messages.close();

  await assert.rejects(newest, isClosed);
  assert.deepEqual(connection.places, []);
});

test('a page that one may not read ends the messages, and what listens', async () => {
  const { connection, messages } = watched(2);
  const removed = new ParleyError({ act: 'read a page', reason: 'notAMember' });
  connection.tell(NEWEST, said('dc'));
  const older = messages.older();

  connection.fail(1, removed);

  await assert.rejects(older, removed);
  await assert.rejects(messages.older(), removed);
  assert.deepEqual([messages.error, connection.places], [removed, []]);
});

const REFUSED = new ParleyError({ act: 'read', reason: 'refused', code: 'permission-denied' });
const SELF = 'chats/hikers/members/ann';

/** What the rules have refused is asked for again once the user's own member document is read. */
async function refuse(connection: ToldConnection, place: number): Promise<void> {
  connection.fail(place, REFUSED);
  await new Promise(setImmediate);
}

/** Whether each listener that was ever begun asked for a time. */
function boundOf(connection: ToldConnection): boolean[] {
  return connection.listeners.map(({ asked }) => asked.some(({ type }) => type === 'where'));
}

test('a member who joined a group that keeps its history asks for what was said since', async () => {
  const { connection, messages, ids } = watched(2);
  connection.documents.set(SELF, { role: 'member', joinedAt: at(98), readsFrom: at(98) });
  connection.documents.set('chatMessages/hikers/messages/a', REFUSED);

  await refuse(connection, NEWEST);
  connection.tell(1, said('dc'));
  const older = messages.older();
  connection.tell(2, said('b'));
  await older;

  assert.equal(ids(), 'bcd');
  assert.equal(messages.value?.hasOlder, false);
  assert.deepEqual(boundOf(connection), [false, true, true]);
  assert.equal(await messages.find('a'), undefined);
});

test('a member who left and came back asks for what was said since they came back', async () => {
  const { connection, ids } = watched(3);
  connection.documents.set(SELF, { role: 'member', joinedAt: at(98), readsFrom: at(98) });
  await refuse(connection, NEWEST);
  connection.tell(1, said('cb'));

  connection.documents.set(SELF, { role: 'member', joinedAt: at(100), readsFrom: at(100) });
  await refuse(connection, 1);
  connection.tell(2, said('d'));

  assert.equal(ids(), 'd');
});

test.each([
  ['no member', REFUSED],
  ['a member who reads all', { role: 'member', joinedAt: at(98) }],
  ['a member who cannot be asked now', new ParleyError({ act: 'read', reason: 'contended', code: 'aborted' })],
])('what is refused to %s ends with the error', async (_who, standing) => {
  const { connection, messages } = watched(2);
  connection.documents.set(SELF, standing);

  await refuse(connection, NEWEST);

  assert.equal(messages.error, REFUSED);
  assert.deepEqual(boundOf(connection), [false]);
});

test('what is refused with its time ends with the error, and is asked for once', async () => {
  const { connection, messages } = watched(2);
  connection.documents.set(SELF, { role: 'member', joinedAt: at(98), readsFrom: at(98) });

  await refuse(connection, NEWEST);
  await refuse(connection, 1);

  assert.equal(messages.error, REFUSED);
  assert.deepEqual(boundOf(connection), [false, true]);
});
