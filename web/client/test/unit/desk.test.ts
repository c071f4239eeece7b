import assert from 'node:assert/strict';
import type { DocumentData } from 'firebase/firestore';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import { Desk } from '../../src/desk.js';
import { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { LIMITS } from '../../src/limits.js';
import { HandClock } from './handClock.js';
import { done } from './oneChat.js';
import { ToldConnection } from './toldConnection.js';

const CASE = 'ann:service:acme';
const OWN = `chats/${CASE}/desk/sam`;
const PACE_MS = LIMITS.DESK_SECONDS * 1_000 + 50;

/** A server that has the messages of `arrived`, and what was written to one's own desk. */
class Server extends ToldConnection {
  readonly uid = 'sam';
  readonly clock = new HandClock();
  readonly arrived = new Set<string>();
  readonly written: DocumentData[] = [];
  looked = 0;
  isOffline = false;
  /** How many writes are refused, as they come too soon after another device's. */
  refused = 0;

  async isThere(path: string): Promise<boolean> {
    this.looked += 1;
    if (this.isOffline) throw new ParleyError({ act: 'read', reason: 'unavailable', code: 'unavailable' });
    return this.arrived.has(path.split('/').at(-1) ?? '');
  }

  async settle(_act: string, add: (batch: Batch) => void): Promise<void> {
    const set = (path: string, { viewedAt: _, ...desk }: DocumentData): void => {
      assert.equal(path, OWN);
      if (this.refused > 0) {
        this.refused -= 1;
        throw new ParleyError({ act: 'write', reason: 'refused' });
      }
      this.written.push(desk);
    };
    add({ set, update: () => assert.fail(), updateField: () => assert.fail(), remove: () => assert.fail() });
  }

  get last(): DocumentData | undefined {
    return this.written.at(-1);
  }

  /** As long as the rules ask for between two writes. */
  async pass(): Promise<void> {
    await done();
    this.clock.move(PACE_MS);
    await done();
  }
}

async function opened(server: Server): Promise<Desk> {
  const desk = new Desk(server.asConnection, new OwnHorizons(server.asConnection), CASE);
  await done();
  server.clock.move(PACE_MS);
  return desk;
}

const one = { messageId: 'm1', body: 'Hello' };
const two = { messageId: 'm2', body: 'And?' };

test('an answer is kept from when it is said until it has arrived, beside what is typed meanwhile', async () => {
  const server = new Server();
  const desk = await opened(server);
  desk.write('Hello', 'm1');
  await server.pass();
  assert.deepEqual(server.last, { draft: 'Hello', draftId: 'm1', typing: true });
  desk.hold('m1', 'Hello');
  await server.pass();
  assert.deepEqual(server.last, { unsent: [one] });
  desk.write('And?', 'm2');
  await server.pass();
  assert.deepEqual(server.last, { draft: 'And?', draftId: 'm2', typing: true, unsent: [one] });
  desk.settle('m1');
  await server.pass();
  assert.deepEqual(server.last, { draft: 'And?', draftId: 'm2', typing: true });
});

test('one that arrives after the case was left is cleared all the same, and nobody is shown there', async () => {
  const server = new Server();
  const desk = await opened(server);
  desk.hold('m1', 'Hello');
  desk.close();
  await server.pass();
  assert.deepEqual(server.last, { left: true, unsent: [one] });
  desk.settle('m1');
  await server.pass();
  assert.deepEqual(server.last, { left: true });
  const { length } = server.written;
  desk.settle('m1');
  await server.pass();
  assert.equal(server.written.length, length);
});

test('what one finds of before is what has no message, oldest first', async () => {
  const server = new Server();
  server.documents.set(OWN, { unsent: [one, two], draft: 'So', draftId: 'm3' });
  server.arrived.add('m1');
  const desk = await opened(server);
  assert.deepEqual(await desk.unsent(), [two, { messageId: 'm3', body: 'So' }]);
  assert.equal(server.looked, 3);
  assert.deepEqual(server.last, { unsent: [two], draft: 'So', draftId: 'm3' });
});

test('a draft whose message has arrived is none, however little of it was written', async () => {
  const server = new Server();
  server.documents.set(OWN, { draft: 'He', draftId: 'm1' });
  server.arrived.add('m1');
  const desk = await opened(server);
  assert.deepEqual(await desk.unsent(), []);
  assert.deepEqual(server.last, {});
});

test('where it cannot be seen whether a text has arrived, it is not lost', async () => {
  const server = new Server();
  server.documents.set(OWN, { unsent: [one] });
  server.isOffline = true;
  const desk = await opened(server);
  assert.deepEqual(await desk.unsent(), [one]);
});

test('a draft of before that has no id is kept', async () => {
  const server = new Server();
  server.documents.set(OWN, { draft: 'Hello' });
  const desk = await opened(server);
  const [found] = await desk.unsent();
  assert.equal(found?.body, 'Hello');
  assert.equal(server.looked, 0);
});

test('of more answers than a desk may keep it keeps the oldest, and the next as these arrive', async () => {
  const server = new Server();
  const desk = await opened(server);
  const ids = Array.from({ length: LIMITS.DESK_UNSENT + 1 }, (_, n) => `m${n}`);
  for (const id of ids) desk.hold(id, id);
  await server.pass();
  assert.deepEqual(
    server.last?.unsent.map(({ messageId }: typeof one) => messageId),
    ids.slice(0, -1),
  );
  desk.settle('m0');
  await server.pass();
  assert.deepEqual(
    server.last?.unsent.map(({ messageId }: typeof one) => messageId),
    ids.slice(1),
  );
});

test('an answer of files alone has no text to keep', async () => {
  const server = new Server();
  const desk = await opened(server);
  desk.write('Hello', 'm1');
  desk.hold('m1', '');
  await server.pass();
  assert.deepEqual(server.last, {});
});

test('what came too soon after another device has written is written again, once', async () => {
  const server = new Server();
  const desk = await opened(server);
  server.refused = 1;
  desk.hold('m1', 'Hello');
  await server.pass();
  assert.deepEqual(server.last, { unsent: [one] });
  server.refused = 2;
  desk.settle('m1');
  await server.pass();
  await server.pass();
  assert.deepEqual(server.last, { unsent: [one] });
  desk.hold('m2', 'And?');
  await server.pass();
  assert.deepEqual(server.last, { unsent: [two] });
});
