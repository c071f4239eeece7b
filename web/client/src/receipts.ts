/** What one has read of the chat on the screen, written in bursts. */
import { documentId, where, type DocumentData } from 'firebase/firestore';
import type { Timestamp, UserChat } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import { isRefusal, type ParleyError } from './errors.js';
import type { OwnHorizon } from './horizons.js';
import type { Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { readCountAfter } from './rows.js';

export const QUIET_MS = 1_000;
export const LONGEST_MS = 5_000;
const REFUSALS = 3;

/**
 * `shown` and `received` may be called for every message on the screen: a burst becomes one write,
 * and the horizon moves forward alone. The row's `readCount` goes with it in the same batch, and
 * follows once the row has caught up with what was shown.
 */
export class Receipts {
  private row: UserChat | undefined;
  private isRowKnown = false;
  /** What was asked for last: until the row shows it, it is not asked for again. */
  private askedCount = -1;
  private refusals = 0;
  private stopRetry: Stop = () => undefined;
  private writing = Promise.resolve();
  private readonly pace: Debounce;
  private readonly stopRow: Stop;
  /** Resolves once the row, or its absence, is known; rejects if one may not see it. */
  readonly ready: Promise<void>;
  private readonly rowPath: string;

  constructor(
    private readonly connection: Connection, chatId: string, memberId: string,
    private readonly horizon: OwnHorizon,
  ) {
    this.rowPath = paths.row(memberId, chatId);
    this.pace = new Debounce(connection.clock, QUIET_MS, LONGEST_MS, () => {
      this.writing = this.write();
      // Whoever does not wait for it need not catch it.
      this.writing.catch(() => undefined);
    });
    let stopRow: Stop = () => undefined;
    this.ready = new Promise((resolve, reject) => {
      // A query, since that it finds nothing says nothing of the document: an emulator that is late with
      // the row would otherwise have the list beside this believe that it is gone.
      const thisRow = [where(documentId(), '==', chatId)];
      stopRow = connection.watch(paths.rows(memberId), thisRow, ({ docs: [row], isFromCache }) => {
        if (!row && isFromCache) return;
        this.hearRow(row?.data());
        resolve();
      }, reject);
    });
    this.ready.catch(() => undefined);
    this.stopRow = stopRow;
  }

  /** A message was on the screen. One that the server does not have yet is nothing to confirm. */
  shown({ createdAt }: { createdAt?: Timestamp }): void {
    if (!createdAt) return;
    this.horizon.shown(createdAt);
    this.pace.call();
  }

  /** A message has arrived on the device. */
  received({ createdAt }: { createdAt?: Timestamp }): void {
    if (!createdAt) return;
    this.horizon.received(createdAt);
    this.pace.call();
  }

  /**
   * Write now what waits; resolves when it is with the server, and so not while offline. Rejects
   * with a `ParleyError` when it is refused time and again.
   */
  flush(): Promise<void> {
    this.pace.flush();
    return this.writing;
  }

  close(): void {
    this.pace.flush();
    this.stopRetry();
    this.stopRow();
  }

  private hearRow(row: DocumentData | undefined): void {
    this.row = row as UserChat | undefined;
    this.isRowKnown = true;
    if (this.nextReadCount() !== undefined || this.takesMarkAway()) this.pace.call();
  }

  private takesMarkAway(): boolean {
    const { wasLookedAt, isMarkedUnread } = this.horizon;
    return wasLookedAt && (isMarkedUnread || this.row?.markedUnread === true);
  }

  private nextReadCount(): number | undefined {
    const { seenTo } = this.horizon;
    const next = this.row && seenTo && readCountAfter(this.row, seenTo);
    return next !== undefined && next > this.askedCount ? next : undefined;
  }

  private async write(): Promise<void> {
    let clears = false;
    try {
      await this.horizon.learn();
      const { moves } = this.horizon;
      const readCount = this.nextReadCount();
      clears = this.takesMarkAway();
      // A look is spent once it is known whether there was a mark.
      if (this.isRowKnown) this.horizon.wasLookedAt = false;
      if (!moves && readCount === undefined && !clears) return;
      if (readCount !== undefined) this.askedCount = readCount;
      await this.connection.settle('confirm what was read', (batch) => {
        if (moves) this.horizon.addTo(batch);
        if (readCount !== undefined || clears) {
          batch.update(this.rowPath, {
            ...(readCount !== undefined && { readCount }), ...(clears && { markedUnread: false }),
          });
        }
      });
      if (clears) this.horizon.isMarkedUnread = false;
      this.refusals = 0;
    } catch (error) {
      if (clears) this.horizon.wasLookedAt = true;
      this.retry(error as ParleyError);
    }
  }

  private retry(error: ParleyError): void {
    this.horizon.forget();
    this.askedCount = -1;
    if (error.isPassing) {
      this.stopRetry = this.connection.clock.after(LONGEST_MS, () => this.pace.call());
      return;
    }
    // Another device was ahead: learn where it stands, and ask again.
    this.refusals += 1;
    if (!isRefusal(error) || this.refusals >= REFUSALS) throw error;
    this.pace.call();
  }
}
