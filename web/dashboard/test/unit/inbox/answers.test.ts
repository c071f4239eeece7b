// @vitest-environment happy-dom
import type { ChatSession, Draft } from 'parley-client';
import { beforeEach, expect, it } from 'vitest';
import { Answers } from '../../../src/inbox/composer/answers.js';
import { UNDO_MS } from '../../../src/inbox/composer/outbox.js';
import { type RefusedAnswer, UnderWay } from '../../../src/session/underWay.js';
import { HandClock } from './handClock.js';

const CHAT = 'ann:service:acme';

/** One message on its way, as the test has it end. */
interface Sending {
  id: string;
  draft: Draft;
  arrive(): void;
  refuse(why: Error): void;
}

/** The chat of a case that is open; its thread shows what is on its way and what was refused. */
class ToldChat {
  readonly sending: Sending[] = [];
  readonly shown = new Map<string, Draft>();
  readonly chatId = CHAT;
  readonly posting = {
    send: (draft: Draft, id: string) => this.post(id, draft),
    retry: (id: string) => this.post(id, this.shown.get(id) ?? {}),
    discard: (id: string) => void this.shown.delete(id),
  };

  get messages() {
    const { shown } = this;
    return {
      refused: (id: string) => shown.get(id),
      value: { messages: [...shown.keys()].map((id) => ({ id })) },
    };
  }

  get asSession(): ChatSession {
    return this as unknown as ChatSession;
  }

  private post(id: string, draft: Draft) {
    this.shown.set(id, draft);
    const sent = new Promise<void>((resolve, reject) => {
      this.sending.push({ id, draft, arrive: resolve, refuse: reject });
    });
    return { id, sent };
  }
}

/** What the desk keeps of answers, by their ids. */
class NotedDesk {
  readonly kept = new Map<string, string>();

  hold(messageId: string, body: string): void {
    this.kept.set(messageId, body);
  }

  settle(messageId: string): void {
    this.kept.delete(messageId);
  }
}

let underWay: UnderWay;
let told: RefusedAnswer[];

beforeEach(() => {
  underWay = new UnderWay();
  told = [];
  underWay.whenRefused((answer) => told.push(answer));
});

function openCase(desk = new NotedDesk()) {
  const [clock, chat] = [new HandClock(), new ToldChat()];
  return { clock, chat, desk, answers: new Answers(chat.asSession, desk, underWay, clock) };
}

/** What needs no time is done. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('the desk keeps an answer until it has arrived, and not only until it is sent', async () => {
  const { clock, chat, desk, answers } = openCase();
  answers.hold('m1', { body: 'Hello' });
  expect(desk.kept.get('m1')).toBe('Hello');
  expect(underWay.isWaiting('m1')).toBe(true);
  clock.pass(UNDO_MS);
  expect(chat.sending.map(({ id, draft }) => [id, draft])).toEqual([['m1', { body: 'Hello' }]]);
  await settled();
  expect(desk.kept.has('m1')).toBe(true);
  expect(underWay.isWaiting('m1')).toBe(true);

  chat.sending[0]?.arrive();
  await settled();
  expect(desk.kept.has('m1')).toBe(false);
  expect(underWay.isWaiting('m1')).toBe(false);
});

it('one that is taken back waits no more, and goes to the composer under its id', () => {
  const { chat, answers } = openCase();
  const back: [string, Draft][] = [];
  answers.takenBack = (id, draft) => back.push([id, draft]);
  answers.hold('m1', { body: 'Hello' });
  answers.outbox.takeBackLast();
  expect(back).toEqual([['m1', { body: 'Hello' }]]);
  expect(underWay.isWaiting('m1')).toBe(false);
  expect(chat.sending).toEqual([]);
});

it('one that is refused in an open case is left to the thread, and kept until it is sent again or given up', async () => {
  const { clock, chat, desk, answers } = openCase();
  answers.hold('m1', { body: 'Hello' });
  clock.pass(UNDO_MS);
  chat.sending[0]?.refuse(new Error('no'));
  await settled();
  expect(told).toEqual([]);
  expect(underWay.isWaiting('m1')).toBe(false);
  expect(desk.kept.has('m1')).toBe(true);

  answers.retry('m1');
  expect(underWay.isWaiting('m1')).toBe(true);
  chat.sending[1]?.refuse(new Error('no'));
  await settled();
  answers.discard('m1');
  expect(desk.kept.has('m1')).toBe(false);
});

it('one that is refused after its case was left is told of with its reason, and kept for its case', async () => {
  const { chat, desk, answers } = openCase();
  const attachments = [{ path: 'a', contentType: 'image/png', size: 1, name: 'a.png' }];
  answers.hold('m1', { body: 'Hello', attachments });
  answers.close();
  const why = new Error('no role');
  chat.sending[0]?.refuse(why);
  await settled();
  const answer = { messageId: 'm1', chatId: CHAT, draft: { body: 'Hello', attachments }, error: why };
  expect(told).toEqual([answer]);
  expect(underWay.takeRefused(CHAT)).toEqual([answer]);
  expect(desk.kept.has('m1')).toBe(true);
});

it('one that was sent again as its case was left is told of too', async () => {
  const { clock, chat, answers } = openCase();
  answers.hold('m1', { body: 'Hello', replyTo: 'm0' });
  clock.pass(UNDO_MS);
  chat.sending[0]?.refuse(new Error('no'));
  await settled();
  answers.retry('m1');
  answers.close();
  chat.sending[1]?.refuse(new Error('no again'));
  await settled();
  expect(told.map(({ messageId, draft }) => [messageId, draft])).toEqual([['m1', { body: 'Hello', replyTo: 'm0' }]]);
});

it('one that arrives after its case was left is cleared on the desk of the case that is open since', async () => {
  const { chat, desk, answers } = openCase();
  answers.hold('m1', { body: 'Hello' });
  answers.close();
  const again = openCase();
  again.desk.hold('m1', 'Hello');
  chat.sending[0]?.arrive();
  await settled();
  expect(again.desk.kept.has('m1')).toBe(false);
  expect(desk.kept.has('m1')).toBe(true);
});
