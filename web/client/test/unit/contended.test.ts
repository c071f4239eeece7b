import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'vitest';
import type { Calls } from '../../src/calls.js';
import { Connection } from '../../src/connection.js';
import { ParleyError, type Reason } from '../../src/errors.js';
import { HandClock } from './handClock.js';
import { db, functions } from './nowhere.js';

const ANSWER = { chatId: 'ann:service:acme' };

function contended(code: string, retryAfter?: number): ParleyError {
  return new ParleyError({ act: 'change the case', reason: 'contended', code, retryAfter });
}

/** A server that fails so often before it answers. */
class Failing extends Connection {
  asked = 0;

  constructor(
    private readonly failures: ParleyError[],
    private readonly hand = new HandClock(),
  ) {
    super(db, functions, 'ann', hand);
  }

  protected override async callOnce<Name extends keyof Calls>(): Promise<Calls[Name]['answered']> {
    const failure = this.failures[this.asked];
    this.asked += 1;
    if (failure) throw failure;
    return ANSWER as Calls[Name]['answered'];
  }

  /** Let so many milliseconds pass, a little at a time. */
  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      await setImmediate();
      this.hand.move(100);
    }
    await setImmediate();
  }
}

const closing = (connection: Connection): Promise<unknown> =>
  connection.call('updateCase', { chatId: ANSWER.chatId, state: 'closed' });

test.each(['aborted', 'unavailable'])('what was contended (%s) is called again, and done', async (code) => {
  const connection = new Failing([contended(code), contended(code), contended(code)]);

  const closed = closing(connection);
  await connection.pass(7_000);

  assert.deepEqual([await closed, connection.asked], [ANSWER, 4]);
});

test('what stays contended is told after four calls', async () => {
  const connection = new Failing(Array.from({ length: 9 }, () => contended('aborted')));

  const refused = assert.rejects(closing(connection), { reason: 'contended' });
  await connection.pass(7_000);

  await refused;
  assert.equal(connection.asked, 4);
});

test('the wait that the server asks for is kept', async () => {
  const connection = new Failing([contended('unavailable', 4)]);

  const closed = closing(connection);
  await connection.pass(3_900);
  assert.equal(connection.asked, 1);
  await connection.pass(200);

  assert.deepEqual([await closed, connection.asked], [ANSWER, 2]);
});

test.each<Reason>(['tooMany', 'internal', 'unavailable', 'notStaff'])('%s is told at once', async (reason) => {
  const connection = new Failing([new ParleyError({ act: 'change the case', reason })]);

  await assert.rejects(closing(connection), { reason });

  assert.equal(connection.asked, 1);
});

test('a long wait is left to the caller', async () => {
  const connection = new Failing([contended('unavailable', 60)]);

  await assert.rejects(closing(connection), { retryAfter: 60 });

  assert.equal(connection.asked, 1);
});

test('a group that may exist already is not created twice', async () => {
  const group = { title: 'Crew', userIds: ['bob'] };
  const unnamed = new Failing([contended('unavailable')]);
  await assert.rejects(unnamed.call('createGroupChat', group), { reason: 'contended' });

  const [named, undone] = [new Failing([contended('unavailable')]), new Failing([contended('aborted')])];
  const created = [
    named.call('createGroupChat', { ...group, uniqueName: 'crew' }),
    undone.call('createGroupChat', group),
  ];
  await Promise.all([named.pass(1_000), undone.pass(1_000)]);
  await Promise.all(created);

  assert.deepEqual([unnamed.asked, named.asked, undone.asked], [1, 2, 2]);
});
