/** Confirming that messages have arrived on the device before anybody opens their chat. */
import type { Timestamp } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Connection } from './connection.js';
import { isRefusal } from './errors.js';
import type { OwnHorizons } from './horizons.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { LONGEST_MS, QUIET_MS } from './receipts.js';

/** Costs a read for each chat the first time, and a write for each burst of a chat. */
export class Deliveries {
  private readonly waiting = new Set<string>();
  private readonly pace: Debounce;

  constructor(
    private readonly connection: Connection,
    private readonly horizons: OwnHorizons,
    private readonly memberId: string,
  ) {
    this.pace = new Debounce(connection.clock, QUIET_MS, LONGEST_MS, () => this.write());
  }

  /** The newest message of a chat has arrived. */
  arrived(chatId: string, createdAt: Timestamp): void {
    if (!this.horizons.of(chatId, this.memberId).received(createdAt)) return;
    this.waiting.add(chatId);
    this.pace.call();
  }

  /** A push has come; what it carries tells which message it is of. Resolves when that is confirmed. */
  async pushed(chatId: string, messageId: string): Promise<void> {
    const message = await this.connection.get(paths.message(chatId, messageId));
    if (!message) return;
    this.horizons.of(chatId, this.memberId).received(message.createdAt as Timestamp);
    await this.confirm(chatId);
  }

  /** Write what waits; resolves when that is done, or lost. */
  close(): Promise<unknown> {
    return this.pace.flush();
  }

  private async write(): Promise<void> {
    const chatIds = [...this.waiting];
    this.waiting.clear();
    // A confirmation that is lost is made up for by the next one.
    await Promise.allSettled(chatIds.map((chatId) => this.confirm(chatId)));
  }

  private async confirm(chatId: string): Promise<void> {
    const horizon = this.horizons.of(chatId, this.memberId);
    await horizon.learn();
    if (!horizon.moves) return;
    try {
      await this.connection.settle(ACTS.deliver, (batch) => horizon.addTo(batch));
    } catch (error) {
      horizon.forget();
      // Another device of one's own was ahead, and so it has arrived.
      if (!isRefusal(error)) throw error;
    }
  }
}
