import assert from 'node:assert/strict';
import { test } from 'vitest';
import { isWellFormed } from '../../src/carried.js';
import { explained, isRefusal, ParleyError, wrongField } from '../../src/errors.js';

/** As the SDK throws it. */
function sdkError(code: string, message = 'words of the SDK', details?: unknown): Error {
  return Object.assign(new Error(message), { code, details });
}

test('a refusal says what was tried, why not, and the way out', () => {
  const error = explained(sdkError('permission-denied'), 'send a message', 'blocked');

  assert.equal(
    error.message,
    'Could not send a message: the other person takes no messages from you. ' +
      'Nothing arrives until they lift the block.',
  );
  assert.deepEqual([error.reason, error.code, error.isPassing], ['blocked', 'permission-denied', false]);
  assert.ok(isRefusal(error));
});

test("a callable's reason and words reach the app, with every wrong field and its limit", () => {
  const wrong = { field: 'title', message: 'too long', value: '"xx"', limit: 100 };
  const error = explained(
    sdkError('functions/invalid-argument', 'title: too long, got "xx" (limit: 100) [400]', {
      reason: 'invalidArgument',
      errors: [wrong],
    }),
    'create a group',
  );

  assert.equal(error.code, 'invalid-argument');
  assert.equal(error.why, 'title: too long, got "xx" (limit: 100)');
  assert.deepEqual(error.fields, [wrong]);
});

test('what may pass says so, with the time that the server asks for', () => {
  const details = { reason: 'contended', retryAfter: 3 };
  const busy = explained(sdkError('functions/unavailable', 'Busy.', details), 'add members');
  const offline = explained(sdkError('unavailable', 'client is offline'), 'read chats/c');
  const unreached = explained(sdkError('functions/internal', 'internal'), 'add members');
  const broken = explained(sdkError('functions/internal', 'Oh.', { reason: 'internal' }), 'add members');

  assert.deepEqual([busy.isPassing, busy.retryAfter], [true, 3]);
  assert.deepEqual([offline.reason, offline.isPassing], ['unavailable', true]);
  assert.equal(unreached.reason, 'unavailable');
  assert.equal(broken.reason, 'internal');
});

test('the way out is told once, and by the server where it tells one', () => {
  const told: [words: string, wayOut: string | undefined, message: string][] = [
    ['messageId: you wrote it; delete it instead', 'delete it instead', 'messageId: you wrote it. Delete it instead.'],
    [
      "uniqueName: 'a; b' is taken; choose another [409]",
      'choose another',
      "uniqueName: 'a; b' is taken. Choose another.",
    ],
    ['messageId: you wrote it', 'delete it instead', 'messageId: you wrote it. Delete it instead.'],
    ['userId: it is late; this is you', undefined, 'userId: it is late; this is you. Give the uid of another person.'],
  ];

  for (const [words, wayOut, message] of told) {
    const error = explained(sdkError('functions/failed-precondition', words, { reason: 'selfChat', wayOut }), 'do it');
    assert.equal(error.message, `Could not do it: ${message}`);
    assert.equal(error.message, `Could not do it: ${error.why}. ${error.wayOut}`);
  }
});

test('a reason of a later version is told as it came', () => {
  const told = sdkError('functions/failed-precondition', 'Not on Sundays.', { reason: 'sunday' });
  const error = explained(told, 'add members');

  assert.equal(error.reason, 'sunday');
  assert.match(error.message, /^Could not add members: Not on Sundays\. \w/);
});

test('an error that is explained stays as it is, and one that nobody foresaw keeps its words', () => {
  const known = new ParleyError({ act: 'mute a chat', reason: 'refused' });

  assert.equal(explained(known, 'something else'), known);
  const strange = explained(new Error('out of memory'), 'mute a chat');
  assert.deepEqual([strange.reason, strange.why], ['internal', 'out of memory']);
  assert.ok(strange.cause);
});

test('a value that JSON has no word for is told by its type', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const values = [undefined, 5n, () => 1, circle];

  assert.deepEqual(
    values.map((each) => wrongField('body', 'no', each).value),
    ['nothing', 'bigint', 'function', 'object'],
  );
});

test('a long value is told by its beginning', () => {
  assert.equal(wrongField('replyTo', 'must be an id', 'x'.repeat(1000)).value?.length, 100);
  assert.ok(isWellFormed(wrongField('body', 'too long', `x${'👍'.repeat(1000)}`).value ?? ''), 'no pair is cut in two');
  assert.ok(isWellFormed(wrongField('body', 'too long', '👍'.repeat(1000)).value ?? ''), 'no pair is cut in two');
});
