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

test('the way out is told once, and by the server where it tells one', () => {
  const told: [reason: string, words: string, message: string][] = [
    ['ownMessage', 'messageId: you wrote this message yourself; delete it instead',
      'messageId: you wrote this message yourself. Delete it instead.'],
    ['lastOwner', 'role: you are the last owner; make somebody else owner first, or leave',
      'role: you are the last owner. Make somebody else owner first, or leave.'],
    ['uniqueNameTaken', "uniqueName: 'a; b' names a group you are not in; choose another name",
      "uniqueName: 'a; b' names a group you are not in. Choose another name."],
    ['notAllowed', 'userId: this is yourself; call leaveChat', 'userId: this is yourself. Call leaveChat.'],
    ['contended', 'The service is busy. Please try again.', 'The service is busy. Try again.'],
    ['unauthenticated', 'Sign in first.', 'nobody is signed in. Sign in first.'],
    ['pastTime', 'snoozedUntil: 8:00 is past; it is 9:00 here',
      'snoozedUntil: 8:00 is past; it is 9:00 here. Give a time ahead.'],
    ['selfChat', 'userId: a direct chat needs somebody else; this is your own id',
      'userId: a direct chat needs somebody else; this is your own id. Give the uid of another person.'],
  ];

  for (const [reason, words, message] of told) {
    const error = explained(sdkError('functions/failed-precondition', words, { reason }), 'do it');
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

  assert.deepEqual(values.map((each) => wrongArgument('send a message', 'body', 'no', each).fields[0]?.value),
    ['nothing', 'bigint', 'function', 'object']);
});

test('a long value is told by its beginning', () => {
  const [field] = wrongArgument('send a message', 'replyTo', 'must be an id', 'x'.repeat(1000)).fields;

  assert.equal(field?.value?.length, 100);
});
