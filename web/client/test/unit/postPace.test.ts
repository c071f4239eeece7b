/** What people send through the library never trips the limits of the server, and all of it arrives. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import type { Connection } from '../../src/connection.js';
import { ParleyError } from '../../src/errors.js';
import { LIMITS } from '../../src/limits.js';
import { Posting, type Speaker } from '../../src/posting.js';
import type { Echo } from '../../src/thread.js';
import { HandClock } from './handClock.js';
import { done } from './oneChat.js';

/** A server that notes when posts arrive; a network that can be cut keeps them meanwhile. */
class Server {
  readonly clock = new HandClock();
  readonly uid = 'ann';
  readonly usage = {};
  isClosed = false;
  isCut = false;
  /** How long an answer takes. */
  delay = 0;
  isRefusing = false;
  readonly arrived: { id: string; at: number }[] = [];
  private readonly kept: (() => void)[] = [];
  readonly echoes = new Map<string, Echo['state']>();

  /** How many posts the SDK holds without an answer. */
  get held(): number {
    return this.kept.length;
  }

  write(act: string, add: (batch: Batch) => void): Promise<void> {
    assert.equal(this.isClosed, false, 'after `close` nothing is written that was not sent before');
    return this.settle(act, add);
  }

  async settle(act: string, add: (batch: Batch) => void): Promise<void> {
    let id = '';
    const set = (path: string): void => {
      if (path.startsWith('chatMessages/')) id = path.split('/').at(-1) ?? '';
    };
    const update = (path: string): void => {
      id = `edit of ${path.split('/').at(-1)}`;
    };
    add({ set, update, updateField: assert.fail, remove: assert.fail } as unknown as Batch);
    if (this.isCut) await new Promise<void>((resolve) => this.kept.push(resolve));
    if (!this.isRefusing) this.arrived.push({ id, at: this.clock.now() });
    if (this.delay > 0) await new Promise<void>((resolve) => this.clock.after(this.delay, resolve));
    if (this.isRefusing) throw new ParleyError({ act, reason: 'unavailable', code: 'unavailable' });
  }

  comeBack(): void {
    this.isCut = false;
    for (const arrive of this.kept.splice(0)) arrive();
  }

  posting(chatId = 'ann:bob', speaker: Speaker = { memberId: 'ann' }): Posting {
    return new Posting(this as unknown as Connection, chatId, speaker, {
      echo: ({ id, state }) => void this.echoes.set(id, state),
      forgetEcho: (id) => void this.echoes.delete(id),
      refused: () => undefined,
    });
  }

  async wait(milliseconds: number): Promise<void> {
    await done();
    for (let passed = 0; passed < milliseconds; passed += 100) {
      this.clock.move(100);
      await done();
    }
  }

  /** The most posts in any span of this length, from its beginning and before its end. */
  mostIn(milliseconds: number): number {
    const times = this.arrived.map(({ at }) => at);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + milliseconds).length));
  }
}

function send(posting: Posting, count: number): { ids: string[]; sent: Promise<unknown> } {
  const posted = Array.from({ length: count }, (_, n) => posting.send({ body: `${n}` }));
  const sent = Promise.all(posted.map(({ sent: each }) => each));
  sent.catch(() => undefined);
  return { ids: posted.map(({ id }) => id), sent };
}

function inOrder(server: Server): string[] {
  return server.arrived.map(({ id }) => id);
}

test('five posts go out at once, and the sixth a second after the first was answered', async () => {
  const server = new Server();
  const { ids } = send(server.posting(), 6);
  await done();
  assert.deepEqual(inOrder(server), ids.slice(0, 5));
  assert.equal(server.echoes.size, 1, 'it is on the screen meanwhile');

  await server.wait(900);
  assert.equal(server.arrived.length, 5);
  await server.wait(100);
  assert.deepEqual(inOrder(server), ids);
});

for (const delay of [0, 300, 2_500]) {
  test(`70 posts with answers after ${delay} ms arrive in their order, within both limits`, async () => {
    const server = new Server();
    server.delay = delay;
    const { ids, sent } = send(server.posting(), 70);
    await server.wait(90_000);
    await sent;
    assert.deepEqual(inOrder(server), ids);
    assert.ok(server.mostIn(1_000) <= LIMITS.POSTS_PER_SECOND);
    assert.ok(server.mostIn(60_000) <= LIMITS.POSTS_PER_MINUTE);
    assert.equal(server.echoes.size, 0);
  });
}

test('30 posts of an hour without a network arrive at the pace when it is back', async () => {
  const server = new Server();
  server.isCut = true;
  const { ids, sent } = send(server.posting(), 30);
  await server.wait(10_000);
  assert.deepEqual([server.held, server.echoes.size], [5, 30], 'the SDK holds no more than may go out at once');

  server.comeBack();
  await server.wait(10_000);
  await sent;
  assert.deepEqual(inOrder(server), ids);
  assert.ok(server.mostIn(1_000) <= LIMITS.POSTS_PER_SECOND);
});

test('two screens of a chat share its pace, and other chats have their own', async () => {
  const server = new Server();
  send(server.posting(), 4);
  send(server.posting(), 4);
  send(server.posting('ann:cat'), 5);
  await done();
  assert.equal(server.arrived.length, 10);
  await server.wait(1_000);
  assert.equal(server.arrived.length, 13);
});

test('70 edits of as many messages keep within what the server takes in a minute, and all arrive', async () => {
  const server = new Server();
  const posting = server.posting();
  const edited = Promise.all(Array.from({ length: 70 }, (_, n) => posting.edit(`m${n}`, 'Better')));
  await done();
  assert.equal(server.arrived.length, LIMITS.POSTS_PER_MINUTE);

  await server.wait(62_000);
  await edited;
  assert.equal(new Set(inOrder(server)).size, 70);
  assert.ok(server.mostIn(60_000) <= LIMITS.POSTS_PER_MINUTE);
});

test('edits and posts do not wait for each other, as the server counts them apart', async () => {
  const server = new Server();
  const posting = server.posting();
  const edited = Promise.all(Array.from({ length: 60 }, (_, n) => posting.edit(`m${n}`, 'Better')));
  const { ids } = send(posting, 5);
  await done();
  await edited;
  assert.deepEqual(
    inOrder(server).filter((id) => ids.includes(id)),
    ids,
  );
});

test("a dashboard's edits have no pace, since they are not counted", async () => {
  const server = new Server();
  const posting = server.posting('ann:service:acme', { memberId: 'service:acme', staffId: 'ada' } as Speaker);
  await Promise.all(Array.from({ length: 70 }, (_, n) => posting.edit(`m${n}`, 'Better')));
  assert.equal(server.arrived.length, 70);
});

test('what is refused holds up nothing', async () => {
  const server = new Server();
  server.isRefusing = true;
  const posting = server.posting();
  const { sent } = send(posting, 7);
  await server.wait(2_000);
  await assert.rejects(sent);
  server.isRefusing = false;
  await server.wait(1_000);
  await send(posting, 1).sent;
  assert.equal(server.arrived.length, 1);
});

test('a dashboard has no pace', async () => {
  const server = new Server();
  send(server.posting('bob:service:acme', { memberId: 'service:acme', staffId: 'ann' }), 20);
  await done();
  assert.equal(server.arrived.length, 20);
});

test('closing the chat lets what waits keep its pace', async () => {
  const server = new Server();
  const posting = server.posting();
  const { ids } = send(posting, 12);
  const closed = posting.close();
  await server.wait(3_000);
  await closed;
  assert.deepEqual(inOrder(server), ids);
  assert.ok(server.mostIn(1_000) <= LIMITS.POSTS_PER_SECOND);
});

test('a Parley that closes without a network gives all that waits to the SDK, within 3 s', async () => {
  const server = new Server();
  server.isCut = true;
  const posting = server.posting();
  send(posting, 12);
  await server.wait(1_000);
  server.isClosed = true;
  const closed = posting.close();
  assert.equal(server.held, 5);
  await server.wait(3_000);
  await closed;
  assert.equal(server.held, 12);
});
