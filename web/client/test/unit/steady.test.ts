import assert from 'node:assert/strict';
import { deleteApp, initializeApp } from 'firebase/app';
import { disableNetwork, getFirestore, orderBy, terminate } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { afterAll, test } from 'vitest';
import { Connection, type Page } from '../../src/connection.js';
import { Messages, type MessagesShown } from '../../src/messages.js';
import { systemClock } from '../../src/pacing.js';
import { madeOnce } from '../../src/steady.js';
import { DocumentList } from '../../src/watching.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

/** The SDK itself, which reaches nothing. */
const app = initializeApp({ projectId: 'demo-parley', apiKey: 'any' });
const db = getFirestore(app);
await disableNetwork(db);
afterAll(async () => {
  await terminate(db);
  await deleteApp(app);
});

/** A list that is changed and listened to. */
class Listened {
  private readonly connection = new Connection(db, {} as Functions, 'ann', systemClock);
  private docs: Page['docs'] = [];
  private heard: () => void = () => undefined;
  readonly stop: () => void;

  constructor(readonly path: string) {
    this.stop = this.connection.watch(
      path,
      [orderBy('size')],
      ({ docs }) => {
        this.docs = docs;
        this.heard();
      },
      assert.fail,
    );
  }

  /** Change documents; resolves to the list once the listener tells these, each as `{id}{size}`. */
  async change(sizes: Record<string, number | null>, expected: string): Promise<Page['docs']> {
    // It waits for a connection for good.
    void this.connection.write('change a list', ({ set, remove }) => {
      for (const [id, size] of Object.entries(sizes)) {
        if (size === null) remove(`${this.path}/${id}`);
        else set(`${this.path}/${id}`, { size });
      }
    });
    while (this.docs.map((each) => `${each.id}${each.get('size')}`).join(' ') !== expected) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
    return this.docs;
  }
}

test('a document that has not changed stays the same object, wherever it stands', async () => {
  const list = new Listened('services/acme/tags');
  const [a, b, c] = await list.change({ a: 1, b: 2, c: 3 }, 'a1 b2 c3');

  const after = await list.change({ b: 9 }, 'a1 c3 b9');

  assert.deepEqual([after[0] === a, after[1] === c, after[2] === b], [true, true, false]);
  list.stop();
});

test('a document that was removed and came back is shown as it is now', async () => {
  const list = new Listened('services/acme/lists');
  const [before] = await list.change({ a: 1, b: 2 }, 'a1 b2');
  await list.change({ a: null }, 'b2');

  const [after] = await list.change({ a: 1 }, 'a1 b2');

  assert.notEqual(after, before);
  list.stop();
});

test('messages that have not changed stay the same objects when another arrives or is edited', () => {
  const connection = new ToldConnection();
  const messages = new Messages(connection.asConnection, 'hikers', 'ann', 3);
  const said = (id: string, seconds: number, body = id) =>
    stored(id, { senderId: 'ann', body, createdAt: at(seconds) });
  const [a, b, c] = [said('a', 1), said('b', 2), said('c', 3)];
  const shown = (): MessagesShown['messages'] => messages.value?.messages ?? [];

  connection.tell(0, [b, a]);
  const [firstA, firstB] = shown();
  connection.tell(0, [c, b, a]);
  assert.deepEqual([shown()[0] === firstA, shown()[1] === firstB, shown()[2]?.body], [true, true, 'c']);

  connection.tell(0, [c, said('b', 2, 'edited'), a]);
  assert.deepEqual([shown()[0] === firstA, shown()[1] === firstB, shown()[1]?.body], [true, false, 'edited']);
  messages.close();
});

test('an item of a list stays the same object until its document changes', () => {
  const connection = new ToldConnection();
  const list = new DocumentList(connection.asConnection, 'services/acme/users', [], 2, (each) => ({ ...each.data() }));
  const [a, b] = [stored('a', { name: 'Ann' }), stored('b', { name: 'Ben' })];
  connection.tell(0, [a, b]);
  const before = list.value?.items ?? [];

  connection.tell(0, [a, stored('b', { name: 'Benjamin' })]);

  const after = list.value?.items ?? [];
  assert.equal(after[0], before[0]);
  assert.deepEqual(after, [{ name: 'Ann' }, { name: 'Benjamin' }]);
  list.close();
});

test('what is made once is made again of another origin alone, even if it is nothing', () => {
  let times = 0;
  const make = madeOnce((_origin: object) => {
    times += 1;
    return undefined;
  });
  const origin = {};

  make(origin);
  make(origin);
  assert.equal(times, 1);
  make({});
  assert.equal(times, 2);
});
