import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ParleyError } from '../../src/errors.js';
import { DocumentList } from '../../src/watching.js';
import { stored, ToldConnection } from './toldConnection.js';

const isClosed = { name: 'ParleyError', reason: 'closed' };

function listed(): { connection: ToldConnection; list: DocumentList<string> } {
  const connection = new ToldConnection();
  const list = new DocumentList(connection.asConnection, 'services/acme/users', [], 2, ({ id }) => id);
  connection.tell(
    0,
    ['a', 'b'].map((id) => stored(id)),
  );
  return { connection, list };
}

test('another page is there once the server has told it', async () => {
  const { connection, list } = listed();
  const more = list.more();

  connection.tell(
    1,
    ['a', 'b', 'c'].map((id) => stored(id)),
  );
  await more;

  assert.deepEqual(list.value, { items: ['a', 'b', 'c'], hasMore: false, isFromCache: false });
  assert.deepEqual(connection.places, [1]);
});

test('a list that is closed listens to nothing anew, and who waits for a page is told', async () => {
  const { connection, list } = listed();
  const more = list.more();

  list.close();

  await assert.rejects(more, isClosed);
  await assert.rejects(list.more(), isClosed);
  assert.deepEqual([connection.places, connection.listeners.length], [[], 2]);
});

test('who waits for a page that cannot be read is told why', async () => {
  const { connection, list } = listed();
  const more = list.more();
  const refused = new ParleyError({ act: 'read the list', reason: 'notStaff' });

  connection.fail(1, refused);

  await assert.rejects(more, refused);
  await assert.rejects(list.more(), refused);
  assert.equal(list.error, refused);
});
