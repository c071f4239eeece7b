import assert from 'node:assert/strict';
import { deleteApp, initializeApp } from 'firebase/app';
import { type DocumentData, disableNetwork, getFirestore, terminate } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { afterAll, test } from 'vitest';
import { Connection } from '../../src/connection.js';
import type { ParleyError } from '../../src/errors.js';
import { systemClock } from '../../src/pacing.js';
import { Parley } from '../../src/parley.js';
import { uncaught } from './uncaught.js';

/** The SDK itself, which reaches nothing. */
const app = initializeApp({ projectId: 'demo-parley', apiKey: 'any' });
const db = getFirestore(app);
const functions = {} as Functions;

await disableNetwork(db);
afterAll(async () => {
  await terminate(db);
  await deleteApp(app);
});

test('a Parley that is closed tells those who wait, and ends what is on the screen', async () => {
  const parley = new Parley({ db, functions, uid: 'ann' });
  const [chat, list] = [parley.chat('ann:bob'), parley.chats()];
  const told: ParleyError[] = [];
  list.subscribe(
    () => undefined,
    (error) => told.push(error),
  );
  const waiting = [chat.ready(), list.first(({ isFromCache }) => !isFromCache), chat.details().first()];

  parley.close();

  await Promise.all(waiting.map((each) => assert.rejects(each, { reason: 'unauthenticated' })));
  assert.deepEqual(
    told.map(({ why }) => why),
    ['this Parley is closed'],
  );
  for (const each of [chat, list]) each.close();
});

test('an app that throws when it is told that its Parley is closed keeps nothing else from ending', async () => {
  const parley = new Parley({ db, functions, uid: 'ann' });
  const [first, second] = [parley.chats(), parley.chats()];
  const fault = new Error('a fault of the app');
  first.subscribe(
    () => undefined,
    () => {
      throw fault;
    },
  );
  const told: ParleyError[] = [];
  second.subscribe(
    () => undefined,
    (error) => told.push(error),
  );

  const faults = await uncaught(() => parley.close());

  assert.deepEqual([told.length, second.error?.reason, faults], [1, 'unauthenticated', [fault]]);
});

test('all that listen are told that it was closed and hear of nothing later, though each throws', async () => {
  const connection = new Connection(db, functions, 'ann', systemClock);
  const told: string[] = [];
  const fault = new Error('a fault');
  for (const uid of ['eve', 'dan']) {
    connection.watchDocument(
      `profiles/${uid}`,
      () => told.push('news'),
      () => {
        told.push(uid);
        throw fault;
      },
    );
  }

  const faults = await uncaught(() => connection.close());
  connection
    .settle('introduce oneself', ({ set }) => {
      for (const uid of ['eve', 'dan']) set(`profiles/${uid}`, { displayName: uid });
    })
    .catch(() => undefined);
  await connection.get('profiles/dan');

  assert.deepEqual(
    [told, faults],
    [
      ['eve', 'dan'],
      [fault, fault],
    ],
  );
});

test('a document is told once for each change, and its absence not before the server has answered', async () => {
  const connection = new Connection(db, functions, 'ann', systemClock);
  const told: (DocumentData | undefined)[] = [];
  let toldNext: () => void = () => undefined;
  const stop = connection.watchDocument(
    'profiles/ann',
    (data) => {
      told.push(data);
      toldNext();
    },
    assert.fail,
  );
  for (const displayName of ['Ann', 'Anna']) {
    const next = new Promise<void>((resolve) => {
      toldNext = resolve;
    });
    connection.write('introduce oneself', ({ set }) => set('profiles/ann', { displayName })).catch(() => undefined);
    await next;
  }
  await connection.get('profiles/ann');

  assert.deepEqual(told, [{ displayName: 'Ann' }, { displayName: 'Anna' }]);
  assert.equal(connection.usage.reads, 1, 'the look alone: nothing came from the server');
  stop();
});
