import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ParleyError } from '../../src/errors.js';
import { Live } from '../../src/live.js';
import { uncaught } from './uncaught.js';

const removed = new ParleyError({ act: 'read the chat', reason: 'notAMember' });
const isClosed = { name: 'ParleyError', reason: 'closed', code: 'cancelled' };

test('who waits for a value is told when none comes any more', async () => {
  const live = new Live<number>();
  live.set(1);
  const waiting = live.first((value) => value > 1);

  live.close();

  await assert.rejects(waiting, isClosed);
  await assert.rejects(
    live.first((value) => value > 1),
    isClosed,
  );
  assert.equal(await live.first(), 1);
});

test('whoever has closed it is told of nothing any more', () => {
  const live = new Live<number>();
  const told: unknown[] = [];
  live.subscribe(
    (value) => told.push(value),
    (error) => told.push(error),
  );

  live.close();
  live.set(1);
  live.fail(removed);

  assert.deepEqual(told, []);
});

test('an error ends what listens, those who wait and those who come later', async () => {
  const live = new Live<number>();
  const told: unknown[] = [];
  let stopped = 0;
  live.whenClosed(() => {
    stopped += 1;
  });
  live.subscribe(
    () => assert.fail(),
    (error) => told.push(error),
  );
  const waiting = live.first();

  live.fail(removed);
  live.fail(new ParleyError({ act: 'read another page', reason: 'notAMember' }));

  await assert.rejects(waiting, removed);
  await assert.rejects(live.first(), removed);
  live.subscribe(
    () => assert.fail(),
    (error) => told.push(error),
  );
  live.close();
  assert.deepEqual([told, stopped, live.error], [[removed, removed], 1, removed]);
});

test('an app that throws when it is told of an error keeps nobody else from being told', async () => {
  const live = new Live<number>();
  const told: unknown[] = [];
  const fault = new Error('a fault of the app');
  live.subscribe(
    () => undefined,
    () => {
      throw fault;
    },
  );
  live.subscribe(
    () => undefined,
    (error) => told.push(error),
  );

  const faults = await uncaught(() => live.fail(removed));

  assert.deepEqual([told, faults], [[removed], [fault]]);
});

test('a value that fits is answered once, and is waited for no more', async () => {
  const live = new Live<number>();
  const waiting = live.first((value) => value > 1);

  for (const value of [1, 2, 3]) live.set(value);
  live.close();

  assert.equal(await waiting, 2);
});
