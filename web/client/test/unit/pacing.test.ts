import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Debounce, Throttle } from '../../src/pacing.js';
import { TypingBoard } from '../../src/typing.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';

test('a burst becomes one act, once it is quiet', () => {
  const clock = new HandClock();
  let acts = 0;
  const pace = new Debounce(clock, 1000, 5000, () => {
    acts += 1;
  });

  for (let n = 0; n < 3; n += 1) {
    pace.call();
    clock.move(500);
  }
  assert.equal(acts, 0);
  clock.move(500);
  assert.equal(acts, 1);
  clock.move(60_000);
  assert.equal(acts, 1);
});

test('a burst without an end is written all the same, every longest wait', () => {
  const clock = new HandClock();
  let acts = 0;
  const pace = new Debounce(clock, 1000, 5000, () => {
    acts += 1;
  });

  for (let n = 0; n < 80; n += 1) {
    pace.call();
    clock.move(100);
  }

  assert.equal(acts, 1);
  clock.move(1000);
  assert.equal(acts, 2);
});

test('what waits is written at once when it is flushed, and not again', () => {
  const clock = new HandClock();
  let acts = 0;
  const pace = new Debounce(clock, 1000, 5000, () => {
    acts += 1;
  });

  pace.call();
  pace.flush();
  pace.flush();
  clock.move(10_000);

  assert.equal(acts, 1);
});

test('keystrokes are told at once and then at most every interval', () => {
  const clock = new HandClock();
  const acted: number[] = [];
  const start = clock.now();
  const pace = new Throttle(clock, 5000, () => acted.push(clock.now() - start));

  for (let n = 0; n < 120; n += 1) {
    pace.call();
    clock.move(100);
  }

  assert.deepEqual(acted, [0, 5000, 10_000]);
  pace.reset();
  pace.call();
  assert.equal(acted.length, 4);
});

test('a clock that is set back swallows no keystroke, and lets no burst wait longer', () => {
  const clock = new HandClock();
  const acted: string[] = [];
  const [throttle, debounce] = [
    new Throttle(clock, 5000, () => acted.push('typing')),
    new Debounce(clock, 1000, 5000, () => acted.push('read')),
  ];
  throttle.call();
  debounce.call();

  clock.set(clock.now() - 3_600_000);
  for (let n = 0; n < 60; n += 1) {
    debounce.call();
    clock.move(100);
  }
  throttle.call();

  assert.deepEqual(acted, ['typing', 'read', 'typing']);
});

test('somebody is shown typing for 8 s after it arrived, longer if they go on', () => {
  const clock = new HandClock();
  const told: string[][] = [];
  const board = new TypingBoard(clock, (memberIds) => told.push(memberIds));

  board.arrived('bob', at(1));
  clock.move(7000);
  board.arrived('bob', at(2));
  clock.move(7999);
  assert.deepEqual(told, [['bob']]);
  clock.move(1);
  assert.deepEqual(told, [['bob'], []]);
});

test('the same keystrokes told twice prolong nothing', () => {
  const clock = new HandClock();
  const told: string[][] = [];
  const board = new TypingBoard(clock, (memberIds) => told.push(memberIds));

  board.arrived('bob', at(1));
  clock.move(7000);
  board.arrived('bob', at(1));
  clock.move(1000);

  assert.deepEqual(told.at(-1), []);
});

test('who stops is gone at once', () => {
  const clock = new HandClock();
  const told: string[][] = [];
  const board = new TypingBoard(clock, (memberIds) => told.push(memberIds));

  board.arrived('bob', at(1));
  board.arrived('ann', at(1));
  board.gone('bob');
  board.gone('bob');

  assert.deepEqual(told, [['bob'], ['ann', 'bob'], ['ann']]);
});
