/** The library keeps the paces of the rules: nothing is lost, and many become one. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { DocumentData } from 'firebase/firestore';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import type { Connection } from '../../src/connection.js';
import { Deliveries } from '../../src/deliveries.js';
import { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Posting } from '../../src/posting.js';
import { HandClock } from './handClock.js';
import { ANN, CHAT, done, newest, OneChat, PACE, reading, said } from './oneChat.js';
import { at } from './times.js';

test('what is shown within a second of the last receipt is one write, as soon as it may be', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  receipts.shown(said(1));
  await receipts.flush();

  for (let seconds = 2; seconds <= 50; seconds += 1) {
    receipts.shown(said(seconds));
    void receipts.flush();
    await done();
  }
  assert.deepEqual([chat.readTo, chat.written.length], [1, 1]);

  chat.clock.move(PACE - 1);
  await done();
  assert.equal(chat.written.length, 1);
  chat.clock.move(1);
  await done();
  assert.deepEqual([chat.readTo, chat.written.length], [50, 2]);
});

test('a flush resolves when the receipt that had to wait is written', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  receipts.shown(said(1));
  await receipts.flush();
  receipts.shown(said(2));
  let isOver = false;
  const flushed = receipts.flush().then(() => {
    isOver = true;
  });
  await done();
  assert.equal(isOver, false);

  chat.clock.move(PACE);
  await flushed;
  assert.equal(chat.readTo, 2);
});

test('a row that moves alone does not wait', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = await reading(chat);
  receipts.shown(said(2));
  await receipts.flush();

  chat.row({ messageCount: 2, ...newest(2) });
  await receipts.flush();

  assert.deepEqual(chat.rowsWritten, [{ readCount: 1 }, { readCount: 2 }]);
});

test('the list and the chat on the screen keep one pace', async () => {
  const chat = new OneChat();
  const horizons = new OwnHorizons(chat.connection);
  const receipts = await reading(chat, horizons);
  const deliveries = new Deliveries(chat.connection, horizons, ANN);
  receipts.shown(said(1));
  await receipts.flush();

  deliveries.arrived(CHAT, at(2));
  const delivered = deliveries.close();
  receipts.shown(said(3));
  const read = receipts.flush();
  await chat.wait(PACE);
  await Promise.all([delivered, read]);

  assert.deepEqual([chat.readTo, chat.written.length], [3, 2]);
});

test('a chat that is closed within the second is still written', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  receipts.shown(said(1));
  await receipts.flush();
  receipts.shown(said(2));
  const closed = receipts.close();
  await chat.wait(PACE);
  await closed;

  assert.equal(chat.readTo, 2);
});

const MESSAGE = 'chatMessages/ann:bob/messages/m';
const EDIT_PACE = 2_000;

/** A server that takes edits at the pace of the rules. */
class Editing {
  readonly clock = new HandClock();
  readonly uid = 'ann';
  readonly isClosed = false;
  readonly bodies: string[] = [];
  refused = 0;
  /** While it is cut, no write gets an answer. */
  isCut = false;
  private answer: (() => void)[] = [];

  constructor(public editedAt = Number.NEGATIVE_INFINITY) {}

  async settle(act: string, add: (batch: Batch) => void): Promise<void> {
    let body = '';
    const update = (_path: string, data: DocumentData): void => {
      body = String(data.body);
    };
    add({ update, set: assert.fail, updateField: assert.fail, remove: assert.fail } as unknown as Batch);
    await setImmediate();
    if (this.isCut) await new Promise<void>((resolve) => this.answer.push(resolve));
    if (this.clock.now() - this.editedAt < EDIT_PACE) {
      this.refused += 1;
      throw new ParleyError({ act, reason: 'refused', code: 'permission-denied' });
    }
    this.editedAt = this.clock.now();
    this.bodies.push(body);
  }

  /** All that were sent arrive at once. */
  comeBack(): void {
    this.isCut = false;
    for (const arrive of this.answer.splice(0)) arrive();
  }

  async getFromServer(path: string): Promise<DocumentData> {
    return path === MESSAGE ? { senderId: 'ann', editedAt: at(1) } : {};
  }

  posting(): Posting {
    const board = { echo: () => undefined, forgetEcho: () => undefined, refused: () => undefined };
    return new Posting(this as unknown as Connection, 'ann:bob', { memberId: 'ann' }, board);
  }

  async wait(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 200) {
      this.clock.move(200);
      await done();
    }
  }
}

test('edits of a message wait for their pace, and arrive in their order', async () => {
  const server = new Editing();
  const posting = server.posting();
  const edits = ['one', 'two', 'three'].map((body) => posting.edit('m', body));
  await done();
  assert.deepEqual(server.bodies, ['one']);

  await server.wait(EDIT_PACE);
  assert.deepEqual(server.bodies, ['one', 'two']);
  await server.wait(EDIT_PACE);
  await Promise.all(edits);
  assert.deepEqual([server.bodies, server.refused], [['one', 'two', 'three'], 0]);
});

test('edits of different messages do not wait for one another', async () => {
  const server = new Editing();
  const posting = server.posting();
  server.editedAt = Number.NEGATIVE_INFINITY;
  await posting.edit('m', 'one');
  server.editedAt = Number.NEGATIVE_INFINITY;
  await posting.edit('other', 'two');
  assert.deepEqual(server.bodies, ['one', 'two']);
});

test('an edit just after that of another device is tried again when it may be', async () => {
  const server = new Editing(new HandClock().now());
  const edited = server.posting().edit('m', 'mine');
  await done();
  await server.wait(EDIT_PACE);
  await edited;
  assert.deepEqual([server.bodies, server.refused], [['mine'], 1]);
});

test('edits made offline arrive, though the network brings them all at once', async () => {
  const server = new Editing();
  server.isCut = true;
  const posting = server.posting();
  const edits = ['one', 'two'].map((body) => posting.edit('m', body));
  await server.wait(10_000);
  server.comeBack();
  await server.wait(3 * EDIT_PACE);
  await Promise.all(edits);
  assert.deepEqual(server.bodies.at(-1), 'two');
});

test('closing waits for edits that have not had their turn', async () => {
  const server = new Editing();
  const posting = server.posting();
  for (const body of ['one', 'two']) void posting.edit('m', body);
  const closed = posting.close();
  await done();
  await server.wait(EDIT_PACE);
  await closed;
  assert.deepEqual(server.bodies, ['one', 'two']);
});
