import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type Heard, type ShownMessage, Thread } from '../../src/thread.js';
import { at } from './times.js';

function said(id: string, seconds: number, nanoseconds = 0): Heard {
  return { id, senderId: 'ann', body: id, createdAt: at(seconds, nanoseconds) };
}

const shownIds = (thread: Thread): string[] => thread.shown().map(({ id }) => id);
const stateOf = (thread: Thread, id: string): ShownMessage['state'] | undefined =>
  thread.shown().find((each) => each.id === id)?.state;

test('messages are ordered by their time to the nanosecond, then by id', () => {
  const thread = new Thread();

  thread.hearNewest([said('d', 2), said('b', 1, 2), said('c', 1, 2), said('a', 1, 3)], false);

  assert.deepEqual(shownIds(thread), ['b', 'c', 'a', 'd']);
});

test("one's own message is shown at once, at the end, and once when the server has it", () => {
  const thread = new Thread();
  thread.hearNewest([said('old', 1)], false);

  thread.echo({ id: 'mine', senderId: 'ann', body: 'hi', state: 'sending' });
  assert.deepEqual(shownIds(thread), ['old', 'mine']);
  assert.equal(stateOf(thread, 'mine'), 'sending');

  thread.hearNewest([said('later', 3), said('mine', 2), said('old', 1)], false);
  assert.deepEqual(shownIds(thread), ['old', 'mine', 'later']);
  assert.equal(stateOf(thread, 'mine'), 'sent');
  thread.forgetEcho('mine');
  assert.deepEqual(shownIds(thread), ['old', 'mine', 'later']);
});

test('a refused message stays on the screen until it is discarded', () => {
  const thread = new Thread();

  thread.echo({ id: 'mine', senderId: 'ann', body: 'hi', state: 'sending' });
  thread.hearNewest([{ ...said('mine', 0), createdAt: null }], false);
  thread.echo({ id: 'mine', senderId: 'ann', body: 'hi', state: 'refused' });
  thread.hearNewest([], false);

  assert.equal(stateOf(thread, 'mine'), 'refused');
  thread.forgetEcho('mine');
  assert.deepEqual(shownIds(thread), []);
});

test('a message that an earlier run left in the queue is shown as on its way', () => {
  const thread = new Thread();

  const waits = (id: string): Heard => ({ ...said(id, 0), createdAt: null });
  thread.hearNewest([waits('later'), waits('left'), said('old', 1)], false);

  assert.deepEqual(shownIds(thread), ['old', 'left', 'later']);
  assert.equal(stateOf(thread, 'left'), 'sending');
});

test('what falls out of the newest page stays known', () => {
  const thread = new Thread();

  thread.hearNewest([said('b', 2), said('a', 1)], true);
  thread.hearNewest([said('c', 3), said('b', 2)], true);

  assert.deepEqual(shownIds(thread), ['a', 'b', 'c']);
});

test('a newest page that does not join what was known leaves no hole', () => {
  const thread = new Thread();
  thread.hearNewest([said('b', 2), said('a', 1)], true);

  const joins = thread.hearNewest([said('z', 26), said('y', 25)], true);

  assert.equal(joins, false);
  assert.deepEqual(shownIds(thread), ['y', 'z']);
});

test('an edit replaces, and older pages come before', () => {
  const thread = new Thread();
  thread.hearNewest([said('c', 3)], true);

  thread.hear([said('b', 2), said('a', 1)]);
  thread.hear([{ ...said('b', 2), body: 'better', editedAt: at(9) }]);

  assert.deepEqual(
    thread.shown().map(({ body }) => body),
    ['a', 'better', 'c'],
  );
});

test('a message that an earlier run left and the server refused is shown as refused, not lost', () => {
  const thread = new Thread();
  thread.hearNewest([{ ...said('left', 0), createdAt: null }, said('old', 1)], false);

  thread.hearNewest([said('old', 1)], false);

  assert.equal(stateOf(thread, 'left'), 'refused');
  assert.equal(thread.refused('left')?.body, 'left');
});

test('what still waits beyond a window that is full of what waits is not taken for refused', () => {
  const thread = new Thread();
  const waits = (id: string): Heard => ({ ...said(id, 0), createdAt: null });
  thread.hearNewest([waits('left'), said('old', 1)], false);

  thread.hearNewest([waits('three'), waits('two')], false);

  assert.equal(stateOf(thread, 'left'), 'sending');
  thread.hearNewest([said('left', 2), said('old', 1)], false);
  assert.equal(stateOf(thread, 'left'), 'sent');
  assert.deepEqual(
    ['two', 'three'].map((id) => stateOf(thread, id)),
    ['refused', 'refused'],
  );
});

test('what waited when a hole opened may have arrived in it, and is not taken for refused', () => {
  const thread = new Thread();
  thread.hearNewest([{ ...said('left', 0), createdAt: null }, said('old', 1)], true);

  thread.hearNewest([said('z', 26), said('y', 25)], true);

  assert.deepEqual(shownIds(thread), ['y', 'z']);
});

test('a long stretch is cut at either end, and what was cut off does not come back by a change', () => {
  const thread = new Thread();
  thread.hearNewest(
    ['a', 'b', 'c', 'd', 'e'].map((id, n) => said(id, n)),
    false,
  );

  assert.equal(thread.cut('oldest', 5), false);
  assert.equal(thread.cut('oldest', 4), true);
  assert.equal(thread.cut('newest', 2), true);
  assert.deepEqual(shownIds(thread), ['b', 'c']);
  thread.hearChanges([
    { ...said('c', 2), body: 'edited' },
    { ...said('d', 3), body: 'edited' },
  ]);

  assert.deepEqual(
    thread.shown().map(({ body }) => body),
    ['b', 'edited'],
  );
  assert.deepEqual(
    thread.ends()?.map(({ id }) => id),
    ['b', 'c'],
  );
});
