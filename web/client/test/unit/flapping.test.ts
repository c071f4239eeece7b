import assert from 'node:assert/strict';
import { test } from 'vitest';
import { FLAPS, Flapping, listenWithRests, REST_MS, Rests, WINDOW_MS } from '../../src/flapping.js';
import { Live } from '../../src/live.js';
import type { MessagesShown } from '../../src/messages.js';
import { watchTyping } from '../../src/typing.js';
import { watchEachOnes, watchOneOfSomebody } from '../../src/watching.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

class WithClock extends ToldConnection {
  readonly clock = new HandClock();
  readonly uid = 'ann';

  watchDocument(_path: string, next: (data: object | undefined) => void, failed: () => void): () => void {
    return this.watch('', [], ({ docs }) => next(docs[0]?.data()), failed);
  }
}

const nothingSaid = (): Live<MessagesShown> => new Live();

test('who changes their document as often as a person does is listened to', () => {
  const clock = new HandClock();
  const flapping = new Flapping(clock);
  for (let n = 0; n < 5 * FLAPS; n += 1) {
    clock.move(Math.ceil(WINDOW_MS / (FLAPS - 1)));
    assert.equal(flapping.changed('bob'), false);
    assert.equal(flapping.changed(`other-${n}`), false);
  }
});

test('too many changes within the window are too many, of one document alone', () => {
  const flapping = new Flapping(new HandClock());
  const told = Array.from({ length: FLAPS }, () => flapping.changed('bob'));
  assert.deepEqual(told.indexOf(true), FLAPS - 1);
  assert.equal(flapping.changed('cat'), false);
});

test('a listener that is stopped while it rests does not begin again', () => {
  const clock = new HandClock();
  let begun = 0;
  let tell: (id: string) => void = () => undefined;
  const stop = listenWithRests(clock, (changed) => {
    begun += 1;
    tell = changed;
    return () => undefined;
  });
  for (let n = 0; n < FLAPS; n += 1) tell('bob');
  stop();
  clock.move(2 * REST_MS);
  assert.equal(begun, 1);
});

test('typing that begins and ends without a pause is listened to for some changes a minute', () => {
  const connection = new WithClock();
  const live = watchTyping(connection.asConnection, 'hikers', 'ann', nothingSaid());
  connection.tell(0, []);
  let heard = 0;
  for (let n = 1; n <= 1_000; n += 1) {
    heard += connection.places.length;
    connection.tell(connection.listeners.length - 1, [stored('bob', { at: at(n) })]);
    connection.tell(connection.listeners.length - 1, []);
    connection.clock.move(60);
  }

  assert.equal(heard, FLAPS);
  assert.deepEqual(live.value, [], 'what was shown ends as always');
  connection.clock.move(REST_MS);
  assert.equal(connection.places.length, 1, 'and then it listens again');
  live.close();
  assert.equal(connection.places.length, 0);
});

test('reactions that change without a pause are as they were for a minute', () => {
  const connection = new WithClock();
  const live = watchEachOnes<{ emoji: string }>(connection.asConnection, 'reactions', new Rests(connection.clock));
  for (let n = 0; n < 100; n += 1) connection.tell(0, [stored('bob', { emoji: `${n}` })]);
  assert.equal(live.value?.get('bob')?.emoji, `${FLAPS}`);

  connection.clock.move(REST_MS);
  connection.tell(1, [stored('bob', { emoji: '!' })]);
  assert.equal(live.value?.get('bob')?.emoji, '!');
});

test('who changes a reaction to one message after another has all listeners of the chat rest', () => {
  const connection = new WithClock();
  const rests = new Rests(connection.clock);
  const lives = Array.from({ length: 30 }, (_, n) =>
    watchEachOnes<{ emoji: string }>(connection.asConnection, `reactions ${n}`, rests),
  );
  for (let n = 0; n < 30; n += 1) connection.tell(n, [stored('bob', { emoji: '!' }), stored('cat', { emoji: '!' })]);
  assert.equal(connection.places.length, 30, 'what is there already is no change');

  for (let n = 0; n < 30; n += 1) connection.tell(n, [stored('bob', { emoji: '?' }), stored('cat', { emoji: '!' })]);
  const shown = lives.map((live) => live.value?.get('bob')?.emoji);
  assert.deepEqual([shown.filter((one) => one === '?').length, connection.places.length], [FLAPS, 0]);

  const late = watchEachOnes(connection.asConnection, 'reactions 30', rests);
  connection.tell(30, [stored('bob', { emoji: '!' })]);
  assert.equal(connection.places.length, 1, 'a message that is shown meanwhile has its reactions');
  connection.tell(30, [stored('bob', { emoji: '?' })]);
  assert.equal(connection.places.length, 0, 'and rests at the first change');

  connection.clock.move(REST_MS);
  assert.equal(connection.places.length, 31, 'and then all listen again');
  for (const live of [...lives, late]) live.close();
  assert.equal(connection.places.length, 0);
});

test('listeners that are all stopped while they rest leave no alarm', () => {
  const connection = new WithClock();
  const rests = new Rests(connection.clock);
  const live = watchEachOnes(connection.asConnection, 'reactions', rests);
  for (let n = 0; n <= FLAPS; n += 1) connection.tell(0, [stored('bob', { emoji: `${n}` })]);
  assert.equal(connection.clock.waiting, 1);
  live.close();
  assert.equal(connection.clock.waiting, 0);
  connection.clock.move(REST_MS);
  assert.equal(connection.places.length, 0);
});

test("one's own reactions are shown however often they change", () => {
  const connection = new WithClock();
  const live = watchEachOnes<{ emoji: string }>(connection.asConnection, 'reactions', new Rests(connection.clock));
  for (let n = 0; n < 100; n += 1) connection.tell(0, [stored('ann', { emoji: `${n}` })]);
  assert.equal(live.value?.get('ann')?.emoji, '99');
});

test('a profile that changes without a pause is as it was for a minute', () => {
  const connection = new WithClock();
  const live = watchOneOfSomebody<{ displayName: string }>(connection.asConnection, 'profiles/bob');
  for (let n = 0; n < 100; n += 1) connection.tell(0, [stored('bob', { displayName: `${n}` })]);
  assert.equal(live.value?.displayName, `${FLAPS - 1}`);
});
