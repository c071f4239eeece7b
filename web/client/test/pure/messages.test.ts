import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryDocumentSnapshot } from 'firebase/firestore';
import type { Connection, Page } from '../../src/connection.js';
import { Messages } from '../../src/messages.js';
import { at } from './times.js';

/** A connection of which the test tells what its one listener hears. */
class ToldConnection {
  hear: (page: Page) => void = () => undefined;

  watch(_path: string, _constraints: unknown[], next: (page: Page) => void): () => void {
    this.hear = next;
    return () => undefined;
  }
}

function stored(id: string, seconds: number): QueryDocumentSnapshot {
  const data: Record<string, unknown> = { senderId: 'ann', body: id, createdAt: at(seconds) };
  const snapshot = { id, data: () => data, get: (field: string) => data[field] };
  return snapshot as unknown as QueryDocumentSnapshot;
}

function watched(pageSize: number): { connection: ToldConnection; messages: Messages; ids: () => string[] } {
  const connection = new ToldConnection();
  const messages = new Messages(connection as unknown as Connection, 'ann:bob', pageSize);
  return { connection, messages, ids: () => (messages.value?.messages ?? []).map(({ id }) => id) };
}

test('whether there are older messages the server says, not the cache', () => {
  const { connection, messages } = watched(2);

  connection.hear({ docs: [stored('a', 1)], isFromCache: true });
  assert.equal(messages.value?.hasOlder, false);
  connection.hear({ docs: [stored('b', 2), stored('a', 1)], isFromCache: false });

  assert.equal(messages.value?.hasOlder, true);
});

test('what the cache knew is shown until the server answers, and then without its holes', () => {
  const { connection, ids } = watched(3);

  connection.hear({ docs: [stored('c', 3), stored('a', 1)], isFromCache: true });
  assert.deepEqual(ids(), ['a', 'c']);
  connection.hear({ docs: [stored('e', 5), stored('d', 4), stored('c', 3)], isFromCache: false });

  assert.deepEqual(ids(), ['c', 'd', 'e']);
});

test('a gap of connection that is short keeps what was shown', () => {
  const { connection, ids } = watched(2);
  connection.hear({ docs: [stored('b', 2), stored('a', 1)], isFromCache: false });

  connection.hear({ docs: [stored('b', 2), stored('a', 1)], isFromCache: true });
  connection.hear({ docs: [stored('c', 3), stored('b', 2)], isFromCache: false });

  assert.deepEqual(ids(), ['a', 'b', 'c']);
});
