import assert from 'node:assert/strict';
import { deleteApp, initializeApp } from 'firebase/app';
import { disableNetwork, type Firestore, getFirestore } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import { ChatList } from '../../src/chatList.js';
import { Connection } from '../../src/connection.js';
import { Deliveries } from '../../src/deliveries.js';
import type { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { systemClock } from '../../src/pacing.js';
import { CLOSING_MS, Parley } from '../../src/parley.js';
import { Posting } from '../../src/posting.js';
import { Receipts } from '../../src/receipts.js';
import { ChatSession } from '../../src/session.js';
import type { Echo } from '../../src/thread.js';
import { HandClock } from './handClock.js';
import { done, MINUTE } from './oneChat.js';
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
  const posting = new Posting(
    connection,
    'ann:bob',
    { memberId: 'ann' },
    {
      echo: (echo) => echoes.push(echo),
      forgetEcho: () => assert.fail(),
      refused: () => echoes.at(-1),
    },
  );
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
  void parley.close();
  const [chat, list] = [parley.chat('ann:bob'), parley.chats()];

  await assert.rejects(parley.open.case('acme'), isClosed);
  await assert.rejects(chat.ready(), isClosed);
  await assert.rejects(list.first(), isClosed);
  await assert.rejects(chat.details().first(), isClosed);

  assert.equal(list.error?.reason, 'unauthenticated');
  assert.deepEqual(parley.usage, { reads: 0, writes: 0, calls: 0 });
  for (const each of [chat, list]) each.close();
});

/** Holds no documents, and takes all that reaches the SDK once it may. */
class Taking extends Connection {
  readonly acts: string[] = [];
  answer = (): void => undefined;
  private readonly answered = new Promise<void>((resolve) => {
    this.answer = resolve;
  });

  override watch = (): (() => void) => () => undefined;
  override get = async (): Promise<undefined> => undefined;

  override async settle(act: string, _add: (batch: Batch) => void): Promise<void> {
    await this.answered;
    this.acts.push(act);
  }
}

test('what was seen before is still written, though a look at the receipt comes first', async () => {
  const connection = new Taking(db, functions, 'ann', systemClock);
  const horizon = new OwnHorizons(connection).of('ann:bob', 'ann');
  const receipts = new Receipts(connection, 'ann:bob', 'ann', horizon);
  receipts.shown({ createdAt: at(1) });

  const written = receipts.close();
  connection.close();
  connection.answer();
  await written;

  assert.deepEqual(connection.acts, ['confirm what was read']);
  await assert.rejects(
    connection.write('pin a chat', () => undefined),
    isClosed,
  );
});

/** One who has something to write, and how far closing has come. */
class Leaving {
  readonly clock = new HandClock();
  readonly connection = new Taking(db, functions, 'ann', this.clock);
  readonly horizons = new OwnHorizons(this.connection);
  isOver = false;

  chat(chatId: string): ChatSession {
    return new ChatSession(this.connection, this.horizons, chatId, { memberId: 'ann' }, 10);
  }

  list(deliveries: Deliveries): ChatList {
    return new ChatList(this.connection, this.horizons, 'ann', 10, deliveries);
  }

  async close(): Promise<void> {
    await this.horizons.close();
    this.isOver = true;
  }
}

test('closing waits for what a chat on the screen, one that has just left it, and a list have to write', async () => {
  const cases: ((leaving: Leaving) => void)[] = [
    (leaving) => leaving.chat('ann:bob').receipts.shown({ createdAt: at(1) }),
    (leaving) => {
      const chat = leaving.chat('ann:bob');
      chat.receipts.shown({ createdAt: at(1) });
      chat.close();
    },
    (leaving) => {
      const deliveries = new Deliveries(leaving.connection, leaving.horizons, 'ann');
      leaving.list(deliveries);
      deliveries.arrived('ann:bob', at(1));
    },
  ];
  for (const begin of cases) {
    const leaving = new Leaving();
    begin(leaving);

    const closed = leaving.close();
    await done();
    assert.equal(leaving.isOver, false);
    leaving.connection.answer();
    await closed;

    assert.equal(leaving.connection.acts.length, 1);
  }
});

test('what is shown once all is closed is not written, in a chat opened later neither', async () => {
  const leaving = new Leaving();
  leaving.connection.answer();
  const chat = leaving.chat('ann:bob');
  await leaving.close();

  for (const { receipts } of [chat, leaving.chat('ann:eve')]) receipts.shown({ createdAt: at(1) });
  leaving.clock.move(MINUTE);
  await done();

  assert.deepEqual(leaving.connection.acts, []);
});

test('a Parley that is closed offline waits 3 s for what was seen, and not for ever', async () => {
  const app = initializeApp({ projectId: 'demo-parley', apiKey: 'any' });
  const cut = getFirestore(app);
  await disableNetwork(cut);
  const clock = new HandClock();
  const parley = new Parley({ db: cut, functions, uid: 'ann', clock });
  parley.chat('ann:bob').receipts.shown({ createdAt: at(1) });
  let isOver = false;

  const closed = parley.close().then(() => {
    isOver = true;
  });
  await assert.rejects(parley.open.case('acme'), isClosed);
  clock.move(CLOSING_MS - 1);
  await done();
  assert.equal(isOver, false);
  clock.move(1);
  await closed;

  await deleteApp(app);
});

test('a Parley that has nothing to write is closed at once', async () => {
  const parley = new Parley({ db, functions, uid: 'ann', clock: new HandClock() });

  await parley.close();
});
