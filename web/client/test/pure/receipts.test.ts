import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentData, QueryDocumentSnapshot } from 'firebase/firestore';
import type { Timestamp, UserChat } from '../../../../schema/exported/parley.js';
import type { Batch, Connection, Page } from '../../src/connection.js';
import { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Receipts } from '../../src/receipts.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';

const RECEIPT = 'chatReadReceipts/c/members/ann';
const ROW = 'userChats/ann/chats/c';

/** What a server would hold of one chat, and how it answers. */
class OneChat {
  readonly clock = new HandClock();
  readonly stored: Record<string, DocumentData> = {};
  readonly written: Record<string, DocumentData>[] = [];
  failure: ParleyError | undefined;
  reads = 0;
  refused = 0;
  private next: (page: Page) => void = () => undefined;

  watch(_path: string, _constraints: unknown[], next: (page: Page) => void): () => void {
    this.next = next;
    this.tellRow();
    return () => undefined;
  }

  async get(path: string): Promise<DocumentData | undefined> {
    if (this.failure?.isPassing) throw this.failure;
    this.reads += 1;
    return this.stored[path];
  }

  async settle(_act: string, add: (batch: Batch) => void): Promise<void> {
    const writes: Record<string, DocumentData> = {};
    const put = (path: string, data: DocumentData): void => { writes[path] = data; };
    add({ set: put, update: put, updateField: () => assert.fail(), remove: () => assert.fail() });
    if (this.failure) {
      this.refused += 1;
      throw this.failure;
    }
    this.written.push(writes);
    for (const [path, data] of Object.entries(writes)) this.stored[path] = { ...this.stored[path], ...data };
  }

  row(row: Partial<UserChat>): void {
    this.stored[ROW] = { ...this.stored[ROW], ...row };
    this.tellRow();
  }

  private tellRow(): void {
    const row = this.stored[ROW];
    this.next({ docs: row ? [{ data: () => row } as QueryDocumentSnapshot] : [], isFromCache: false });
  }
}

function reading(chat: OneChat): Receipts {
  const connection = chat as unknown as Connection;
  return new Receipts(connection, 'c', 'ann', new OwnHorizons(connection).of('c', 'ann'));
}

const said = (seconds: number): { createdAt: Timestamp } => ({ createdAt: at(seconds) });
const newest = (seconds: number): Partial<UserChat> =>
  ({ lastMessage: { id: 'm', senderId: 'bob', preview: '', createdAt: at(seconds) } });
const readTo = (chat: OneChat): number | undefined => chat.stored[RECEIPT]?.['readTo'].seconds;

test('a burst of messages is one write, of the receipt and the row together', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 3, readCount: 0, ...newest(3) });
  const receipts = reading(chat);

  for (const seconds of [1, 3, 2]) receipts.shown(said(seconds));
  await receipts.flush();

  assert.equal(chat.written.length, 1);
  assert.equal(readTo(chat), 3);
  assert.deepEqual(chat.written[0]?.[ROW], { readCount: 3 });
});

test('what was read before is not written again, and costs one look', async () => {
  const chat = new OneChat();
  chat.stored[RECEIPT] = { readTo: at(5), deliveredTo: at(5) };
  const receipts = reading(chat);

  for (const seconds of [4, 5, 4]) {
    receipts.shown(said(seconds));
    await receipts.flush();
  }

  assert.deepEqual([chat.reads, chat.written.length], [1, 0]);
});

test('what has arrived and was not read leaves the beginning of time as what was read', async () => {
  const chat = new OneChat();
  const receipts = reading(chat);

  receipts.received(said(7));
  await receipts.flush();

  assert.deepEqual([readTo(chat), chat.stored[RECEIPT]?.['deliveredTo'].seconds], [0, 7]);
  receipts.received(said(8));
  await receipts.flush();
  assert.deepEqual(Object.keys(chat.written[1]?.[RECEIPT] ?? {}).sort(), ['deliveredTo', 'readAt']);
});

test('a row that is behind is read once it has caught up', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = reading(chat);
  receipts.shown(said(2));
  await receipts.flush();
  assert.equal(chat.stored[ROW]?.['readCount'], 1);

  chat.row({ messageCount: 2, ...newest(2) });
  await receipts.flush();

  assert.equal(chat.stored[ROW]?.['readCount'], 2);
});

test("one's own mark is taken away by the next look, also before the row has told of it", async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 1, ...newest(1) });
  const horizon = new OwnHorizons(chat as unknown as Connection).of('c', 'ann');
  const receipts = new Receipts(chat as unknown as Connection, 'c', 'ann', horizon);
  receipts.shown(said(1));
  await receipts.flush();

  horizon.mark(true);
  receipts.shown(said(1));
  await receipts.flush();
  assert.deepEqual(chat.written.at(-1), { [ROW]: { markedUnread: false } });

  // Looked at, and then marked: it stays.
  receipts.shown(said(1));
  horizon.mark(true);
  chat.row({ markedUnread: true });
  await receipts.flush();
  chat.clock.move(60_000);
  assert.equal(chat.stored[ROW]?.['markedUnread'], true);
});

test('a look that came before the row is known takes the mark away when it is', async () => {
  const chat = new OneChat();
  const { watch } = chat;
  let begin = (): void => undefined;
  chat.watch = (...asked) => {
    begin = () => void watch.call(chat, ...asked);
    return () => undefined;
  };
  const receipts = reading(chat);
  receipts.shown(said(1));
  await receipts.flush();

  chat.stored[ROW] = { messageCount: 1, readCount: 1, markedUnread: true, ...newest(1) };
  begin();
  await receipts.flush();

  assert.equal(chat.stored[ROW]?.['markedUnread'], false);
});

test('what was read offline is written when the server is there again', async () => {
  const chat = new OneChat();
  const receipts = reading(chat);
  chat.failure = new ParleyError({ act: 'read', reason: 'unavailable', code: 'unavailable' });
  chat.row({ messageCount: 1, readCount: 0, markedUnread: true, ...newest(1) });
  receipts.shown(said(1));
  await receipts.flush();
  assert.equal(chat.written.length, 0);

  chat.failure = undefined;
  chat.clock.move(60_000);
  await receipts.flush();
  assert.equal(readTo(chat), 1);
  assert.deepEqual(chat.written[0]?.[ROW], { readCount: 1, markedUnread: false });
});

test('where another device was ahead, it is learned how far', async () => {
  const chat = new OneChat();
  const receipts = reading(chat);
  receipts.shown(said(1));
  await receipts.flush();
  chat.stored[RECEIPT] = { readTo: at(9), deliveredTo: at(9) };
  chat.failure = new ParleyError({ act: 'confirm', reason: 'refused' });
  receipts.shown(said(5));
  await receipts.flush();

  chat.failure = undefined;
  chat.clock.move(60_000);
  await receipts.flush();

  assert.equal(readTo(chat), 9);
  assert.equal(chat.written.length, 1);
});

test('a mark that could not be taken away is taken away by the next try', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 1, markedUnread: true, ...newest(1) });
  const receipts = reading(chat);
  chat.failure = new ParleyError({ act: 'confirm', reason: 'refused' });
  receipts.shown(said(1));
  await receipts.flush();

  chat.failure = undefined;
  await receipts.flush();

  assert.equal(chat.stored[ROW]?.['markedUnread'], false);
});

test('what was refused is asked for again, but not without end', async () => {
  const chat = new OneChat();
  const receipts = reading(chat);
  chat.failure = new ParleyError({ act: 'confirm', reason: 'refused' });
  receipts.shown(said(1));
  await receipts.flush();
  chat.failure = undefined;
  await receipts.flush();
  assert.equal(readTo(chat), 1);

  chat.failure = new ParleyError({ act: 'confirm', reason: 'refused' });
  receipts.shown(said(2));
  for (let n = 0; n < 2; n += 1) await receipts.flush();
  await assert.rejects(receipts.flush(), { reason: 'refused' });
  chat.clock.move(60_000);
  assert.equal(chat.refused, 4);
});
