/** Read and delivery receipts of the chat on the screen, written in bursts. */
import { type DocumentData, documentId, where } from 'firebase/firestore';
import type { Timestamp, UserChat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Batch } from './batches.js';
import { RECEIPTS } from './callForms.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import type { ParleyError } from './errors.js';
import type { HorizonWriter, OwnHorizon } from './horizons.js';
import type { Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { unreadFlag } from './rows.js';

export const QUIET_MS = 1_000;
export const LONGEST_MS = 5_000;
/** Of a write that is refused; and of any once the Parley is closed. */
const TRIES = 3;

/**
 * Call `shown` and `received` for every message on the screen: a burst becomes one write, and the
 * horizon only moves forward. The row's `readCount` moves in the same batch, or once the row has
 * caught up.
 */
export class Receipts implements HorizonWriter {
  private row: UserChat | undefined;
  private isRowKnown = false;
  private isClosed = false;
  /** Whether a write is about to begin, which will write all that comes until then. */
  private isPreparing = false;
  /** Ends of the waits between two tries. */
  private readonly pauses = new Set<Stop>();
  private underWay = 0;
  /** Why what was to be written last was not. */
  private gaveUp: ParleyError | undefined;
  private readonly pace: Debounce;
  private readonly stopRow: Stop;
  /** Resolves once the row, or its absence, is known; rejects if one may not see it. */
  readonly ready: Promise<void>;
  private readonly rowPath: string;

  constructor(
    private readonly connection: Connection,
    chatId: string,
    memberId: string,
    private readonly horizon: OwnHorizon,
  ) {
    this.rowPath = paths.row(memberId, chatId);
    this.pace = new Debounce(connection.clock, QUIET_MS, LONGEST_MS, () => this.write());
    let stopRow: Stop = () => undefined;
    this.ready = new Promise((resolve, reject) => {
      // A query, since that it finds nothing says nothing of the document: an emulator that is late with
      // the row would otherwise have the list beside this believe that it is gone.
      const thisRow = [where(documentId(), '==', chatId)];
      stopRow = connection.watch(
        paths.rows(memberId),
        thisRow,
        ({ docs: [row], isFromCache }) => {
          if (!row && isFromCache) return;
          this.hearRow(row?.data());
          resolve();
        },
        (error) => {
          // It would stand still, and ask for the same write again after each.
          this.row = undefined;
          this.isRowKnown = false;
          reject(error);
        },
      );
    });
    this.ready.catch(() => undefined);
    this.stopRow = stopRow;
    checkCalls<Receipts>(this, RECEIPTS);
  }

  /**
   * Note that a message was on the screen. Ignored for messages that the server does not have yet, and
   * after `close`, and while one is only invited.
   */
  shown({ createdAt }: { createdAt?: Timestamp }): void {
    if (!createdAt || this.isClosed || this.row?.invited) return;
    this.horizon.shown(createdAt);
    this.pace.call();
  }

  /** Note that a message arrived on the device. */
  received({ createdAt }: { createdAt?: Timestamp }): void {
    if (!createdAt || this.isClosed || this.row?.invited) return;
    this.horizon.received(createdAt);
    this.pace.call();
  }

  /**
   * Write what waits; resolve when the server has it, so not while offline. Rejects with a
   * `ParleyError` after repeated refusals.
   */
  async flush(): Promise<void> {
    await this.pace.flush();
    if (this.gaveUp) throw this.gaveUp;
  }

  /**
   * Write what waits, and ignore later calls. A refused write is tried twice more; offline it is tried
   * until the Parley is closed. Resolves when it is written or given up; never rejects.
   */
  close(): Promise<unknown> {
    this.isClosed = true;
    this.stopRow();
    const written = this.pace.flush();
    for (const end of [...this.pauses]) end();
    return written;
  }

  private hearRow(row: DocumentData | undefined): void {
    this.row = row as UserChat | undefined;
    this.isRowKnown = true;
    this.followRow();
  }

  private followRow(): void {
    // A refused write takes the row back to what it was, which is no reason to ask again.
    if (this.isClosed || this.underWay > 0 || this.gaveUp) return;
    if (this.nextReadCount() !== undefined || this.takesMarkAway()) this.pace.call();
  }

  /** Without a row there is no mark; to change one that is not there would fail, and the receipt with it. */
  private takesMarkAway(): boolean {
    const { wasLookedAt, isMarkedUnread } = this.horizon;
    return this.row !== undefined && wasLookedAt && (isMarkedUnread || this.row.markedUnread === true);
  }

  private nextReadCount(): number | undefined {
    return this.horizon.nextReadCount(this.row, this.horizon.seenTo);
  }

  private async write(): Promise<void> {
    // Whoever is about to try again will write this as well.
    if (this.isPreparing || this.pauses.size > 0) return;
    this.gaveUp = undefined;
    this.underWay += 1;
    await this.tryOn();
    this.underWay -= 1;
    this.followRow();
  }

  /** Until it is done, or given up. */
  private async tryOn(): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        return await this.attempt();
      } catch (failed) {
        // Another device may have been ahead: read the receipt, and try again.
        this.horizon.forget();
        const error = failed as ParleyError;
        const isOffline = error.reason === 'unavailable';
        if (this.connection.isClosed || !isOffline) failures += 1;
        if (failures >= TRIES) {
          this.gaveUp = error;
          return;
        }
        await this.pause(isOffline ? LONGEST_MS : QUIET_MS);
        // The row may have gone, and nothing tells of it any more: the receipt goes without. A refusal
        // may be of either, so that the row is held to until the last try.
        const isRowGone = error.code === 'not-found' || (!isOffline && failures === TRIES - 1);
        if (this.isClosed && isRowGone) this.row = undefined;
      }
    }
  }

  private async attempt(): Promise<void> {
    await this.prepare();
    const { moves, marks } = this.horizon;
    const readCount = this.nextReadCount();
    const clears = this.takesMarkAway();
    // A mark that one sets while this is on its way is not what was looked at.
    const isOfThisLook = (): boolean => clears && this.horizon.marks === marks;
    // A look is spent once it is known whether there was a mark.
    if (this.isRowKnown) this.horizon.wasLookedAt = false;
    if (!moves && readCount === undefined && !clears) return;
    if (readCount !== undefined) this.horizon.askedCount = readCount;
    try {
      const add = ({ update }: Batch): void => {
        if (readCount === undefined && !clears) return;
        const changes = { ...(readCount !== undefined && { readCount }), ...(clears && { markedUnread: false }) };
        update(this.rowPath, { ...changes, ...(this.row && unreadFlag(this.row, changes)) });
      };
      if (moves) await this.horizon.write(ACTS.confirmRead, add);
      else await this.connection.settle(ACTS.confirmRead, add);
    } catch (error) {
      if (isOfThisLook()) this.horizon.wasLookedAt = true;
      throw error;
    } finally {
      if (readCount !== undefined) this.horizon.askedCount = -1;
    }
    if (isOfThisLook()) this.horizon.isMarkedUnread = false;
  }

  /** Learn where the receipt stands, and wait for its turn if it moves; the row alone needs none. */
  private async prepare(): Promise<void> {
    this.isPreparing = true;
    try {
      await this.horizon.learn();
      if (this.horizon.moves) await this.horizon.turn();
    } finally {
      this.isPreparing = false;
    }
  }

  /** Closing ends it early. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        stopAlarm();
        this.pauses.delete(end);
        resolve();
      };
      const stopAlarm = this.connection.clock.after(milliseconds, end);
      this.pauses.add(end);
    });
  }
}
