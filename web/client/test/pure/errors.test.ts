import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explained, isRefusal, ParleyError, wrongArgument } from '../../src/errors.js';

/** As the SDK throws it. */
function sdkError(code: string, message = 'words of the SDK', details?: unknown): Error {
  return Object.assign(new Error(message), { code, details });
}

test('a refusal says what was tried, why not, and the way out', () => {
  const error = explained(sdkError('permission-denied'), 'send a message', 'blocked');

  assert.equal(error.message,
    'Could not send a message: the other person takes no messages from you. '
    + 'Nothing arrives until they lift the block.');
  assert.deepEqual([error.reason, error.code, error.isPassing], ['blocked', 'permission-denied', false]);
  assert.ok(isRefusal(error));
});

test("a callable's reason and words reach the app, with every wrong field and its limit", () => {
  const wrong = { field: 'title', message: 'too long', value: '"xx"', limit: 100 };
  const error = explained(
    sdkError('functions/invalid-argument', 'title: too long, got "xx" (limit: 100) [400]',
      { reason: 'invalidArgument', errors: [wrong] }),
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

test('a long value is told by its beginning', () => {
  const [field] = wrongArgument('send a message', 'replyTo', 'must be an id', 'x'.repeat(1000)).fields;

  assert.equal(field?.value?.length, 100);
});
