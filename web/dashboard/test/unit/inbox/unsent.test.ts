import type { Colleague, MessagesShown, ShownMessage, Timestamp } from 'parley-client';
import { expect, it } from 'vitest';
import { unsentOf, unsentText } from '../../../src/inbox/composer/unsent.js';

const at = (seconds: number): Timestamp => ({ toMillis: () => seconds * 1_000 }) as Timestamp;

function said(id: string, seconds: number, state: ShownMessage['state'] = 'sent'): ShownMessage {
  return { id, senderId: 'service:acme', state, createdAt: at(seconds) };
}

function thread(messages: ShownMessage[], more: Partial<MessagesShown> = {}): MessagesShown {
  return { messages, hasOlder: false, hasNewer: false, isFromCache: false, ...more };
}

const sam: Colleague = { staffId: 'sam', isViewing: true, isTyping: false, viewedAt: at(100) };
const hello = { messageId: 'm1', body: 'Hello' };

it('colleagues see what was said and has not arrived, before what is typed', () => {
  const shown = unsentText({ ...sam, unsent: [hello], draft: 'And this', draftId: 'm2' }, thread([]));
  expect(shown).toBe('Hello\nAnd this');
});

it('what has arrived is nobody’s draft, though the desk of who closed the page still has it', () => {
  const both = { ...sam, unsent: [hello], draft: 'He', draftId: 'm2' };
  expect(unsentText(both, thread([said('m1', 101), said('m2', 102)]))).toBeUndefined();
  expect(unsentText(both, thread([said('m1', 101, 'sending')]))).toBe('Hello\nHe');
});

it('what was said before the messages that are shown is not taken for unsent', () => {
  const both = { ...sam, unsent: [hello], draft: 'And this' };
  expect(unsentText(both, thread([said('m9', 200)], { hasOlder: true }))).toBe('And this');
  expect(unsentText(both, thread([said('m9', 50)], { hasOlder: true }))).toBe('Hello\nAnd this');
  expect(unsentText(both, thread([said('m9', 50)], { hasNewer: true }))).toBe('And this');
  expect(unsentText(both, undefined)).toBe('And this');
});

it('an answer that this tab still has comes back with its files, once', () => {
  const attachments = [{ path: 'a', contentType: 'image/png', size: 1, name: 'a.png' }];
  const kept = { messageId: 'm1', draft: { body: 'Hello', attachments } };
  const alone = { messageId: 'm3', draft: { attachments } };
  expect(unsentOf([hello, { messageId: 'm2', body: 'typed' }], [kept, alone])).toEqual([
    kept,
    { messageId: 'm2', draft: { body: 'typed' } },
    alone,
  ]);
});
