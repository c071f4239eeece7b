import { LIMITS } from 'parley-client';
import { expect, it } from 'vitest';
import { Reply } from '../../../src/inbox/composer/reply.js';
import type { Unsent } from '../../../src/inbox/composer/unsent.js';

/** A desk that notes down what it is to keep. */
class NotedDesk {
  readonly written: [text: string, messageId: string | undefined][] = [];
  readonly settled: string[] = [];

  write(text: string, messageId?: string): void {
    this.written.push([text, messageId]);
  }

  settle(messageId: string): void {
    this.settled.push(messageId);
  }

  get draftId(): string | undefined {
    return this.written.at(-1)?.[1];
  }
}

function begin() {
  const desk = new NotedDesk();
  return { desk, reply: new Reply(desk) };
}

const unsent = (messageId: string, body: string): Unsent => ({ messageId, draft: { body } });

it('a draft is kept under the id that its message gets, and the next has another', () => {
  const { desk, reply } = begin();
  reply.change('H');
  const first = desk.draftId;
  reply.change('Hello');
  expect(desk.draftId).toBe(first);
  expect(reply.take({ body: 'Hello' })).toBe(first);
  expect(reply.snapshot()).toBe('');
  reply.change('And');
  expect(desk.draftId).not.toBe(first);
});

it('what was not sent before is sent under its own id, so that it cannot arrive twice', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'Hello')]);
  expect(reply.snapshot()).toBe('Hello');
  expect(desk.written).toEqual([]);
  expect(reply.take({ body: 'Hello' })).toBe('m1');
  expect(desk.settled).toEqual([]);
});

it('once it is changed it is another answer, which would be lost under an id that arrives late', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'Hello')]);
  reply.change('Hello!');
  expect(desk.settled).toEqual(['m1']);
  expect(reply.take({ body: 'Hello!' })).not.toBe('m1');
});

it('with other files it is another answer', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'Hello')]);
  const attachments = [{ path: 'a', contentType: 'image/png', size: 1, name: 'a.png' }];
  expect(reply.take({ body: 'Hello', attachments })).not.toBe('m1');
  expect(desk.settled).toEqual(['m1']);
});

it('several answers that were not sent are one text, and its message is a new one', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'one'), unsent('m2', 'two')]);
  expect(reply.snapshot()).toBe('one\ntwo');
  expect(['m1', 'm2']).not.toContain(reply.take({ body: 'one\ntwo' }));
  expect(desk.settled).toEqual(['m1', 'm2']);
});

it('what arrives all the same is shown no longer', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'one'), unsent('m2', 'two')]);
  reply.drop((id) => id === 'm1');
  expect(reply.snapshot()).toBe('two');
  expect(desk.settled).toEqual(['m1']);
  reply.drop((id) => id === 'm2');
  expect(reply.snapshot()).toBe('');
});

it('what somebody has changed stays, whatever arrives', () => {
  const { reply } = begin();
  reply.takeIn([unsent('m1', 'one')]);
  reply.change('one more');
  reply.drop(() => true);
  expect(reply.snapshot()).toBe('one more');
});

it('an answer that is taken back stands before what was typed since', () => {
  const { desk, reply } = begin();
  reply.change('And this');
  reply.takeIn([unsent('m1', 'Hello')]);
  expect(reply.snapshot()).toBe('Hello\nAnd this');
  expect(desk.settled).toEqual(['m1']);
  expect(desk.written.at(-1)?.[0]).toBe('Hello\nAnd this');
});

it('answers that are taken back one after the other stay what they are until one types', () => {
  const { reply } = begin();
  reply.takeIn([unsent('m2', 'two')]);
  reply.takeIn([unsent('m1', 'one')]);
  expect(reply.snapshot()).toBe('one\ntwo');
  reply.drop((id) => id === 'm1');
  expect(reply.take({ body: 'two' })).toBe('m2');
});

it('a text that is too long to be sent leaves on the desk what it was made of', () => {
  const { desk, reply } = begin();
  reply.takeIn([unsent('m1', 'Hello')]);
  reply.change('x'.repeat(LIMITS.CHAT_BODY + 1));
  expect(desk.settled).toEqual([]);
  expect(desk.written).toEqual([]);
  reply.change('short');
  expect(desk.settled).toEqual(['m1']);
  expect(desk.written).toHaveLength(1);
});
