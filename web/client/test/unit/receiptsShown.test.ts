import assert from 'node:assert/strict';
import { test } from 'vitest';
import { REST_MS } from '../../src/flapping.js';
import { LIMITS } from '../../src/limits.js';
import { watchReceipts } from '../../src/receiptsShown.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

class WithClock extends ToldConnection {
  readonly clock = new HandClock();
  readonly uid = 'ann';
}

const receipt = (id: string, time: number) => stored(id, { readTo: at(time), readAt: at(time) });

function readers(): { connection: WithClock; live: ReturnType<typeof watchReceipts> } {
  const connection = new WithClock();
  const live = watchReceipts(connection.asConnection, 'hikers');
  connection.tell(0, [receipt('bob', 1), receipt('cat', 1)]);
  return { connection, live };
}

test('a receipt once a second, as fast as the rules allow, is listened to for a few seconds a minute', () => {
  const { connection, live } = readers();
  let heard = 0;
  for (let n = 2; n <= 62; n += 1) {
    connection.clock.move(1_000);
    heard += connection.places.length;
    connection.tell(connection.listeners.length - 1, [receipt('bob', n), receipt('cat', 1)]);
  }
  assert.equal(heard, LIMITS.RECEIPT_CHANGES);
  assert.deepEqual([...(live.value?.keys() ?? [])], ['bob', 'cat'], 'what was shown stays');
});

test('after the rest it goes on with the receipts that have moved', () => {
  const { connection, live } = readers();
  for (let n = 2; n <= LIMITS.RECEIPT_CHANGES + 1; n += 1) connection.tell(0, [receipt('bob', n), receipt('cat', 1)]);
  connection.clock.move(REST_MS);
  assert.equal(connection.places.length, 1);
  const [first, second] = connection.listeners;
  assert.deepEqual([first?.asked.length, second?.asked.length], [1, 2], 'not all receipts are read again');

  connection.tell(1, [receipt('bob', 99)]);

  assert.equal(live.value?.get('bob')?.readTo.seconds, 99);
  assert.equal(live.value?.get('cat')?.readTo.seconds, 1);
});

test('people who read along with the library are listened to without a rest', () => {
  const { connection, live } = readers();
  for (let n = 1; n <= 100; n += 1) {
    connection.clock.move(LIMITS.OWN_RECEIPT_SECONDS * 1_000);
    connection.tell(0, [receipt('bob', 2 * n), receipt('cat', 2 * n), receipt('ann', n)]);
  }
  assert.equal(live.value?.get('cat')?.readTo.seconds, 200);
  assert.equal(connection.listeners.length, 1);
  live.close();
  assert.equal(connection.places.length, 0);
});

test("one's own receipts, which have no time at first, are shown however often they move", () => {
  const { connection, live } = readers();
  connection.tell(0, [stored('ann', { readTo: at(2), readAt: null })]);
  for (let n = 1; n <= 50; n += 1) connection.tell(0, [receipt('ann', n)]);
  assert.equal(live.value?.get('ann')?.readTo.seconds, 50);
  assert.equal(connection.listeners.length, 1);
});
