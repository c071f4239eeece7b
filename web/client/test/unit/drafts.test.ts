import assert from 'node:assert/strict';
import { test } from 'vitest';
import { check } from '../../src/checking.js';
import { type Draft, draft as form } from '../../src/drafts.js';
import type { ParleyError } from '../../src/errors.js';

const attachment = { path: 'chats/a/1.png', contentType: 'image/png', size: 12, name: '1.png' };

const checked = (draft: Draft, act = 'send'): void => check(act, [{ name: 'draft', form }], [draft]);

test('a draft within its limits passes, whatever is undefined', () => {
  const whole: Draft = {
    body: 'x'.repeat(10_000),
    replyTo: 'm1',
    mentions: ['bob'],
    attributes: '{}',
    attachments: [attachment],
  };

  checked(whole);
  checked({ body: 'hi', replyTo: undefined } as unknown as Draft);
  checked({ attachments: [attachment] });
  checked({ body: ' \n.' });
});

test('whoever may have a uid can be mentioned', () => {
  const mentions = ['Ann Smith', ' ', '😀'.repeat(128), 'services', '...', '__x', '___'];

  checked({ body: 'hi', mentions });
});

const FIELDS = 'body, attachments, replyTo, mentions, attributes';
const ATTACHMENT_FIELDS = 'path, contentType, size, name';
const MESSAGE_ID = '1 to 256 characters, no /';
const UID = '1 to 128 characters, no : and no /, none reserved';

const wrong: [string, Draft, string, number | string | undefined][] = [
  ['empty', {}, 'body', undefined],
  ['an empty body', { body: '' }, 'body', 10_000],
  ['an empty body beside a file', { body: '', attachments: [attachment] }, 'body', 10_000],
  ['a body too long', { body: 'x'.repeat(10_001) }, 'body', 10_000],
  ['too many attachments', { attachments: Array(11).fill(attachment) }, 'attachments', 10],
  ['an attachment without a name', { attachments: [{ ...attachment, name: '' }] }, 'attachments.0.name', 256],
  [
    'an attachment of less than nothing',
    { attachments: [{ ...attachment, size: -0 }] },
    'attachments.0.size',
    undefined,
  ],
  ['an attachment of half a byte', { attachments: [{ ...attachment, size: 0.5 }] }, 'attachments.0.size', undefined],
  ['an attachment of two lines', { attachments: [{ ...attachment, name: 'a\nb' }] }, 'attachments.0.name', undefined],
  [
    'a name that ends elsewhere',
    { attachments: [{ ...attachment, name: 'a\u202efdp.exe' }] },
    'attachments.0.name',
    undefined,
  ],
  ['a reply to a path', { body: 'x', replyTo: 'a/b' }, 'replyTo', MESSAGE_ID],
  ['too many mentions', { body: 'x', mentions: Array(51).fill('bob') }, 'mentions', 50],
  ['a mention of no uid', { body: 'x', mentions: ['a:b'] }, 'mentions', UID],
  ['attributes too long', { body: 'x', attributes: 'x'.repeat(4_097) }, 'attributes', 4_096],
];

/** From JavaScript, or past the types. */
const misshapen: [string, unknown, string, number | string | undefined][] = [
  ['nothing in it', undefined, 'draft', FIELDS],
  ['null for it', null, 'draft', FIELDS],
  ['a text for it', 'Hello', 'draft', FIELDS],
  ['an array for it', ['Hello'], 'draft', FIELDS],
  ['a number for a body', { body: 5 }, 'body', 10_000],
  ['a bigint for a body', { body: 5n }, 'body', 10_000],
  ['null for a body', { body: null }, 'body', 10_000],
  ['a number for a reply', { body: 'x', replyTo: 5 }, 'replyTo', MESSAGE_ID],
  ['null for a reply', { body: 'x', replyTo: null }, 'replyTo', MESSAGE_ID],
  ['a text for mentions', { body: 'x', mentions: 'bob' }, 'mentions', 50],
  ['a number for a mention', { body: 'x', mentions: [5] }, 'mentions', UID],
  ['a hole for a mention', { body: 'x', mentions: [undefined] }, 'mentions', UID],
  ['an object for attributes', { body: 'x', attributes: { a: 1 } }, 'attributes', 4_096],
  ['an object for attachments', { attachments: attachment }, 'attachments', 10],
  ['a text for an attachment', { attachments: ['1.png'] }, 'attachments.0', ATTACHMENT_FIELDS],
  ['a number for a name', { attachments: [{ ...attachment, name: 1 }] }, 'attachments.0.name', 256],
  ['no size', { attachments: [{ ...attachment, size: undefined }] }, 'attachments.0.size', undefined],
  ['an attachment with more', { attachments: [{ ...attachment, width: 1 }] }, 'attachments.0.width', ATTACHMENT_FIELDS],
  ['an unknown field', { body: 'x', color: 'red' }, 'color', FIELDS],
];

for (const blank of ['   ', '\n\r\t', '\u00A0\u2003\u3000', '\u2028\u2029', '\u0085\u001C', '\uFEFF']) {
  wrong.push([`'${JSON.stringify(blank)}' for a body`, { body: blank, attachments: [attachment] }, 'body', 10_000]);
}

const names = ['service', 'broadcast', 'system', '.', '..', '____', '__x__', '', 'a/b', 'x'.repeat(129)];
for (const name of names) {
  misshapen.push([`'${name.slice(0, 10)}' mentioned`, { body: 'x', mentions: [name] }, 'mentions', UID]);
}

for (const [what, draft, field, limit] of [...wrong, ...misshapen] as typeof wrong) {
  test(`a draft with ${what} is refused by the field and its limit`, () => {
    assert.throws(
      () => checked(draft),
      ({ reason, fields }: ParleyError) => {
        assert.equal(reason, 'invalidArgument');
        assert.deepEqual([fields[0]?.field, fields[0]?.limit], [field, limit]);
        return true;
      },
    );
  });
}

test('what is wrong with a draft is told with the value', () => {
  const attributes = { a: 1 } as unknown as string;

  assert.throws(() => checked({ body: 'x', attributes }, 'send a message'), {
    message:
      'Could not send a message: attributes: must be JSON in a string, see JSON.stringify, got {"a":1} ' +
      '(limit: 4096). Correct the fields named in `fields`.',
  });
});
