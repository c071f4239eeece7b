import assert from 'node:assert/strict';
import { type DocumentData, Timestamp } from 'firebase/firestore';
import { test } from 'vitest';
import type { Connection } from '../../src/connection.js';
import { ParleyError, type Reason } from '../../src/errors.js';
import { Posting } from '../../src/posting.js';
import type { Echo } from '../../src/thread.js';
import { HandClock } from './handClock.js';

const MINUTE = 60_000;
const NOW = new HandClock().now();

/** A server that refuses every write, and what one may read there. */
class Refusing {
  readonly clock = new HandClock();
  readonly uid = 'ann';
  isLost = false;

  constructor(private readonly stored: Record<string, DocumentData>) {}

  async write(act: string): Promise<void> {
    throw new ParleyError({ act, reason: 'refused' });
  }

  settle(act: string): Promise<void> {
    return this.write(act);
  }

  async getFromServer(path: string): Promise<DocumentData | undefined> {
    if (this.isLost) throw new ParleyError({ act: 'read', reason: 'unavailable', code: 'unavailable' });
    return this.stored[path];
  }

  /** From the cache, if the line is lost. */
  async get(path: string): Promise<DocumentData | undefined> {
    return this.stored[path];
  }

  async isThere(path: string): Promise<boolean> {
    return (await this.getFromServer(path)) !== undefined;
  }
}

const message = (id: string): string => `chatMessages/ann:bob/messages/${id}`;

/** Ann in her chat with Bob; `member` is what is known of her. */
function refusing(member: DocumentData = {}, more: Record<string, DocumentData> = {}) {
  const connection = new Refusing({
    'chats/ann:bob': { kind: 'direct' },
    'chats/ann:bob/members/ann': member,
    ...more,
  });
  const board = { echo: (_echo: Echo) => undefined, forgetEcho: () => undefined, refused: () => undefined };
  return {
    connection,
    posting: new Posting(connection as unknown as Connection, 'ann:bob', { memberId: 'ann' }, board),
  };
}

const because = (reason: Reason) => ({ name: 'ParleyError', reason, code: 'permission-denied' });
const until = (milliseconds: number): DocumentData => ({ mutedUntil: Timestamp.fromMillis(NOW + milliseconds) });

test('who is refused in a direct chat for no reason of their own is told that they are blocked', async () => {
  const { posting } = refusing(until(-60 * MINUTE), { [message('mine')]: { senderId: 'ann' } });

  await assert.rejects(posting.send({ body: 'Hello' }).sent, because('blocked'));
  await assert.rejects(posting.edit('mine', 'Hello'), because('blocked'));
});

test('a reaction is refused for the reasons of a post, and told by them', async () => {
  const theirs = { [message('theirs')]: { senderId: 'bob' } };
  const told: [member: DocumentData, more: Record<string, DocumentData>, reason: Reason][] = [
    [{}, theirs, 'blocked'],
    [{ canPost: false }, theirs, 'mayNotPost'],
    [until(30 * MINUTE), theirs, 'mutedInChat'],
    [{}, {}, 'unknownMessage'],
  ];
  for (const [member, more, reason] of told) {
    await assert.rejects(refusing(member, more).posting.react('theirs', '👍'), because(reason));
  }
});

test('who is muted is told so, also by a device whose clock is some minutes ahead', async () => {
  for (const [minutes, retryAfter] of [
    [30, 1_800],
    [-5, 1],
  ] as const) {
    const { posting } = refusing(until(minutes * MINUTE));

    await assert.rejects(posting.send({ body: 'Hello' }).sent, { ...because('mutedInChat'), retryAfter });
  }
});

test('a refusal of which the server says no more is told as no block', async () => {
  const { connection, posting } = refusing({}, { [message('mine')]: { senderId: 'ann' } });

  await assert.rejects(posting.remove('mine'), because('refused'));
  connection.isLost = true;
  await assert.rejects(posting.send({ body: 'Hello' }).sent, because('refused'));
  await assert.rejects(posting.edit('mine', 'Hello'), because('refused'));
});

test('a message is deleted though the answer was lost, and the second try refused', async () => {
  const { posting } = refusing({}, { [message('gone')]: { senderId: 'ann', deletedAt: Timestamp.fromMillis(NOW) } });

  await posting.remove('gone');
  await assert.rejects(posting.edit('gone', 'Hello'), because('deletedMessage'));
});
