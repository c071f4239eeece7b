/** How far one has read and received, and how far the others have. */
import { serverTimestamp, type DocumentData } from 'firebase/firestore';
import type { ReadReceipt, Timestamp, UserChat } from '../../../schema/exported/parley.js';
import { isRefusal, type Connection } from './connection.js';
import { Live, type Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { readCountAfter } from './rows.js';
import { compareTimes } from './thread.js';

const QUIET_MS = 1_000;
const LONGEST_MS = 5_000;
const REFUSALS = 3;

/** The later of two times. */
export function later(one: Timestamp | undefined, other: Timestamp | undefined): Timestamp | undefined {
  if (!one || !other) return one ?? other;
  return compareTimes(one, other) >= 0 ? one : other;
}

/**
 * One's own horizon. `shown` and `received` may be called for every message on the screen: a burst
 * becomes one write, and the horizon moves forward alone. The row's `readCount` goes with it in
 * the same batch, and follows once the row has caught up with what was shown.
 */
export class Receipts {
  private readTo: Timestamp | undefined;
  private deliveredTo: Timestamp | undefined;
  private written: { readTo?: Timestamp | undefined; deliveredTo?: Timestamp | undefined } = {};
  private row: UserChat | undefined;
  /** What was asked for last: until the row shows it, it is not asked for again. */
  private askedCount = -1;
  private isKnown = false;
  private wasLookedAt = false;
  private refusals = 0;
  private writing = Promise.resolve();
  private readonly pace: Debounce;
  private readonly stopRow: Stop;
  /** Resolves once the row, or its absence, is known; rejects if one may not see it. */
  readonly ready: Promise<void>;
  private readonly path: string;
  private readonly rowPath: string;

  constructor(
    private readonly connection: Connection, chatId: string, memberId: string,
    private readonly failed: (error: Error) => void,
  ) {
    this.path = `${paths.receipts(chatId)}/${memberId}`;
    this.rowPath = paths.row(memberId, chatId);
    this.pace = new Debounce(connection.clock, QUIET_MS, LONGEST_MS, () => {
      this.writing = this.write();
    });
    let stopRow: Stop = () => undefined;
    this.ready = new Promise((resolve, reject) => {
      stopRow = connection.watchDocument(this.rowPath, (row) => {
        this.hearRow(row);
        resolve();
      }, (error) => {
        reject(error);
        failed(error);
      });
    });
    // Whoever does not wait for it need not catch it.
    this.ready.catch(() => undefined);
    this.stopRow = stopRow;
  }

  /** A message was on the screen. One that the server does not have yet is nothing to confirm. */
  shown(message: { createdAt?: Timestamp }): void {
    this.readTo = later(this.readTo, message.createdAt);
    this.wasLookedAt = true;
    this.received(message);
  }

  /** A message has arrived on the device, perhaps by push. */
  received(message: { createdAt?: Timestamp }): void {
    this.deliveredTo = later(this.deliveredTo, message.createdAt);
    if (message.createdAt) this.pace.call();
  }

  /** Write now what waits; resolves when it is with the server, and so not while offline. */
  flush(): Promise<void> {
    this.pace.flush();
    return this.writing;
  }

  close(): void {
    void this.flush();
    this.stopRow();
  }

  private hearRow(row: DocumentData | undefined): void {
    this.row = row as UserChat | undefined;
    if (this.nextReadCount() !== undefined) this.pace.call();
  }

  private nextReadCount(): number | undefined {
    const next = this.row && this.readTo && readCountAfter(this.row, this.readTo);
    return next !== undefined && next > this.askedCount ? next : undefined;
  }

  private async write(): Promise<void> {
    try {
      if (!this.isKnown) await this.learn();
      const readTo = later(this.readTo, this.written.readTo);
      const deliveredTo = later(this.deliveredTo, this.written.deliveredTo);
      // Only a horizon that was read has a receipt; `readTo` is no optional field of it.
      const moves = readTo && (isLater(readTo, this.written.readTo)
        || isLater(deliveredTo, this.written.deliveredTo));
      const readCount = this.nextReadCount();
      const clears = this.wasLookedAt && this.row?.markedUnread === true;
      this.wasLookedAt = false;
      if (!moves && readCount === undefined && !clears) return;
      this.written = { readTo, deliveredTo };
      if (readCount !== undefined) this.askedCount = readCount;
      await this.connection.write((batch, at) => {
        if (moves) batch.set(at(this.path), { readTo, deliveredTo, readAt: serverTimestamp() });
        if (readCount !== undefined || clears) {
          batch.update(at(this.rowPath), {
            ...(readCount !== undefined && { readCount }), ...(clears && { markedUnread: false }),
          });
        }
      });
      this.refusals = 0;
    } catch (error) {
      // Another device was ahead: learn where it stands, and ask again.
      this.isKnown = false;
      this.askedCount = -1;
      this.refusals += 1;
      if (isRefusal(error) && this.refusals < REFUSALS) this.pace.call();
      else this.failed(error as Error);
    }
  }

  /** Where an earlier visit or another device has left the horizon: below it nothing is written. */
  private async learn(): Promise<void> {
    const known = await this.connection.get(this.path) as ReadReceipt | undefined;
    this.written = { readTo: known?.readTo, deliveredTo: known?.deliveredTo };
    this.isKnown = true;
  }
}

function isLater(one: Timestamp | undefined, other: Timestamp | undefined): boolean {
  return one !== undefined && (!other || compareTimes(one, other) > 0);
}

/** The horizons of all members by their ids: whoever's `readTo` is at or after a message has seen it. */
export function watchHorizons(connection: Connection, chatId: string): Live<Map<string, ReadReceipt>> {
  const live = new Live<Map<string, ReadReceipt>>();
  live.whenClosed(connection.watch(paths.receipts(chatId), [], ({ docs }) => {
    live.set(new Map(docs.map((each) => [each.id, each.data() as ReadReceipt])));
  }, (error) => live.fail(error)));
  return live;
}

/** Who, apart from its sender, has seen a message. */
export function seenBy(
  horizons: Map<string, ReadReceipt>, message: { senderId: string; createdAt?: Timestamp },
): string[] {
  const { createdAt, senderId } = message;
  if (!createdAt) return [];
  return [...horizons].filter(([memberId, { readTo }]) => memberId !== senderId
    && compareTimes(readTo, createdAt) >= 0).map(([memberId]) => memberId);
}
