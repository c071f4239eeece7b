import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Firestore } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { Connection, type Batch } from '../../src/connection.js';
import type { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Parley } from '../../src/parley.js';
import { systemClock } from '../../src/pacing.js';
import { Posting } from '../../src/posting.js';
import { Receipts } from '../../src/receipts.js';
import type { Echo } from '../../src/thread.js';
import { at } from './times.js';

/** Nothing reaches the SDK. */
const [db, functions] = [{} as Firestore, {} as Functions];

function isClosed({ name, reason, code, message }: ParleyError): true {
  assert.deepEqual([name, reason, code], ['ParleyError', 'unauthenticated', 'unauthenticated']);
  assert.match(message, /^Could not .+: this Parley is closed\. Sign in, and make a new Parley for that person\.$/);
  return true;
}

test('a chat that outlives its Parley says nothing any more, and shows what it was to say as refused', async () => {
  const connection = new Connection(db, functions, 'ann', systemClock);
  const echoes: Echo[] = [];
  const posting = new Posting(connection, 'ann:bob', { memberId: 'ann' }, {
    echo: (echo) => echoes.push(echo), forgetEcho: () => assert.fail(), refused: () => echoes.at(-1),
  });
  connection.close();

  const { id, sent } = posting.send({ body: 'Hello' });
  await assert.rejects(sent, isClosed);
  await assert.rejects(posting.retry(id).sent, isClosed);
  await assert.rejects(posting.edit('m', 'Hello'), isClosed);
  await assert.rejects(posting.remove('m'), isClosed);
  await assert.rejects(posting.react('m', '👍'), isClosed);

  assert.equal(echoes.at(-1)?.error?.reason, 'unauthenticated');
  assert.deepEqual(connection.usage, { reads: 0, writes: 0, calls: 0 });
});

test('a closed Parley calls nothing, and ends what would listen', async () => {
  const parley = new Parley({ db, functions, uid: 'ann' });
  parley.close();
  const [chat, list] = [parley.chat('ann:bob'), parley.chats()];

  await assert.rejects(parley.open.case('acme'), isClosed);
  await assert.rejects(chat.ready(), isClosed);
  await assert.rejects(list.first(), isClosed);
  await assert.rejects(chat.details().first(), isClosed);

  assert.equal(list.error?.reason, 'unauthenticated');
  assert.deepEqual(parley.usage, { reads: 0, writes: 0, calls: 0 });
  for (const each of [chat, list]) each.close();
});

/** Holds no documents, and takes all that reaches the SDK. */
class Taking extends Connection {
  readonly acts: string[] = [];

  override watch = (): (() => void) => () => undefined;
  override get = async (): Promise<undefined> => undefined;

  override async settle(act: string, _add: (batch: Batch) => void): Promise<void> {
    this.acts.push(act);
  }
}

test('what was seen before is still written, though a look at the receipt comes first', async () => {
  const connection = new Taking(db, functions, 'ann', systemClock);
  const horizon = new OwnHorizons(connection).of('ann:bob', 'ann');
  const receipts = new Receipts(connection, 'ann:bob', 'ann', horizon);
  receipts.shown({ createdAt: at(1) });

  receipts.close();
  connection.close();
  await receipts.flush();

  assert.deepEqual(connection.acts, ['confirm what was read']);
  await assert.rejects(connection.write('pin a chat', () => undefined), isClosed);
});
