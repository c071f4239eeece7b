/** One person's receipt and row of one chat, as the SDK tells of them and a server takes them. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { DocumentData, QueryDocumentSnapshot } from 'firebase/firestore';
import type { Timestamp, UserChat } from '../../../../schema/exported/parley.js';
import type { Batch } from '../../src/batches.js';
import type { Connection, Page } from '../../src/connection.js';
import type { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { LIMITS } from '../../src/limits.js';
import { Receipts } from '../../src/receipts.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';

export const MINUTE = 60_000;
/** The pace of receipts, as the library keeps it: no faster than the rules allow. */
export const PACE = LIMITS.OWN_RECEIPT_SECONDS * 1_000;
export const CHAT = 'c';
export const ANN = 'ann';
export const RECEIPT = 'chatReadReceipts/c/members/ann';
export const ROW = 'userChats/ann/chats/c';

/** What a server would hold of one chat, and how it answers. */
export class OneChat {
  readonly clock = new HandClock();
  readonly uid = ANN;
  readonly stored: Record<string, DocumentData> = {};
  readonly written: Record<string, DocumentData>[] = [];
  failure: ParleyError | undefined;
  isClosed = false;
  reads = 0;
  refused = 0;
  private receiptAt = Number.NEGATIVE_INFINITY;
  private readonly listeners = new Map<(page: Page) => void, (error: ParleyError) => void>();

  get connection(): Connection {
    return this as unknown as Connection;
  }

  /** Whatever is listened to is this one row, by oneself and in the list. */
  watch(
    _path: string,
    _constraints: unknown[],
    next: (page: Page) => void,
    failed: (error: ParleyError) => void,
  ): () => void {
    this.listeners.set(next, failed);
    queueMicrotask(() => this.tell(next));
    return () => this.listeners.delete(next);
  }

  async get(path: string): Promise<DocumentData | undefined> {
    if (this.failure?.reason === 'unavailable') throw this.failure;
    this.reads += 1;
    return this.stored[path];
  }

  /** Listeners are told soon, and when it is refused they are told, even after the writer, how it was. */
  async settle(_act: string, add: (batch: Batch) => void): Promise<void> {
    const writes: Record<string, DocumentData> = {};
    const before = { ...this.stored };
    const set = (path: string, data: DocumentData): void => {
      writes[path] = data;
    };
    const update = (path: string, data: DocumentData): void => {
      assert.ok(this.stored[path], `there is no ${path} to change`);
      set(path, data);
    };
    add({ set, update, updateField: () => assert.fail(), remove: () => assert.fail() });
    for (const [path, data] of Object.entries(writes)) this.stored[path] = { ...this.stored[path], ...data };
    const tell = (): void => {
      if (writes[ROW]) this.tellAll();
    };
    if (writes[RECEIPT]) {
      const passed = this.clock.now() - this.receiptAt;
      assert.ok(passed >= PACE, `the rules refuse a receipt ${passed} ms after the last one`);
    }
    await setImmediate();
    tell();
    await setImmediate();
    if (!this.failure && writes[RECEIPT]) this.receiptAt = this.clock.now();
    if (this.failure) {
      this.refused += 1;
      for (const path of Object.keys(writes)) {
        const { [path]: held } = before;
        if (held) this.stored[path] = held;
        else delete this.stored[path];
      }
      tell();
      void setImmediate().then(tell);
      throw this.failure;
    }
    this.written.push(writes);
  }

  row(row: Partial<UserChat>): void {
    this.stored[ROW] = { ...this.stored[ROW], ...row };
    this.tellAll();
  }

  noRow(): void {
    delete this.stored[ROW];
    this.tellAll();
  }

  /** Whoever listens is told why, and nothing any more. */
  endListening(error: ParleyError): void {
    const told = [...this.listeners.values()];
    this.listeners.clear();
    for (const failed of told) failed(error);
  }

  /** Time passes, and what was begun by it is done. */
  async wait(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 1_000) {
      this.clock.move(1_000);
      await done();
    }
  }

  /** Writes of the row alone or with the receipt. */
  get rowsWritten(): DocumentData[] {
    return this.written.flatMap(({ [ROW]: row }) => (row ? [row] : []));
  }

  get readTo(): number | undefined {
    return this.stored[RECEIPT]?.readTo.seconds;
  }

  private tellAll(): void {
    for (const next of [...this.listeners.keys()]) this.tell(next);
  }

  private tell(next: (page: Page) => void): void {
    const row = this.stored[ROW];
    next({ docs: row ? [{ id: CHAT, data: () => row } as QueryDocumentSnapshot] : [], isFromCache: false });
  }
}

/** Whatever needs no time is done. */
export async function done(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await setImmediate();
}

export const said = (seconds: number): { createdAt: Timestamp } => ({ createdAt: at(seconds) });

/** The part of a row that tells of its newest message. */
export const newest = (seconds: number): Pick<UserChat, 'lastMessage'> => ({
  lastMessage: { id: 'm', senderId: 'bob', preview: '', createdAt: at(seconds) },
});

/** The chat is on the screen, and the row is told. */
export async function reading({ connection }: OneChat, horizons = new OwnHorizons(connection)): Promise<Receipts> {
  const receipts = new Receipts(connection, CHAT, ANN, horizons.of(CHAT, ANN));
  await receipts.ready;
  return receipts;
}
