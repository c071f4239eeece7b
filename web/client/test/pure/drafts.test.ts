import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedDraft, type Draft } from '../../src/drafts.js';
import type { ParleyError } from '../../src/errors.js';

const attachment = { path: 'chats/a/1.png', contentType: 'image/png', size: 12, name: '1.png' };

test('a draft within its limits passes, without what is undefined', () => {
  const whole: Draft = {
    body: 'x'.repeat(10_000), replyTo: 'm1', mentions: ['bob'], attributes: '{}', attachments: [attachment],
  };

  assert.deepEqual(checkedDraft(whole, 'send'), whole);
  assert.deepEqual(checkedDraft({ body: 'hi', replyTo: undefined } as unknown as Draft, 'send'), { body: 'hi' });
  assert.deepEqual(checkedDraft({ attachments: [attachment] }, 'send'), { attachments: [attachment] });
});

const wrong: [string, Draft, string, number | undefined][] = [
  ['empty', {}, 'body', undefined],
  ['an empty body', { body: '' }, 'body', 10_000],
  ['a body too long', { body: 'x'.repeat(10_001) }, 'body', 10_000],
  ['too many attachments', { attachments: Array(11).fill(attachment) }, 'attachments', 10],
  ['an attachment without a name', { attachments: [{ ...attachment, name: '' }] }, 'attachments.0.name', 256],
  ['an attachment of half a byte', { attachments: [{ ...attachment, size: 0.5 }] }, 'attachments.0.size', undefined],
  ['a reply to a path', { body: 'x', replyTo: 'a/b' }, 'replyTo', undefined],
  ['too many mentions', { body: 'x', mentions: Array(51).fill('bob') }, 'mentions', 50],
  ['a mention of no uid', { body: 'x', mentions: ['a:b'] }, 'mentions', undefined],
  ['attributes too long', { body: 'x', attributes: 'x'.repeat(4_097) }, 'attributes', 4_096],
];

for (const [what, draft, field, limit] of wrong) {
  test(`a draft with ${what} is refused by the field and its limit`, () => {
    assert.throws(() => checkedDraft(draft, 'send'), ({ reason, fields }: ParleyError) => {
      assert.equal(reason, 'invalidArgument');
      assert.deepEqual([fields[0]?.field, fields[0]?.limit], [field, limit]);
      return true;
    });
  });
}
