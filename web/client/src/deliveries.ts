/** Confirm that messages arrived on the device, before their chat is opened. */
import type { Timestamp } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Connection } from './connection.js';
import { isRefusal } from './errors.js';
import type { OwnHorizons } from './horizons.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { LONGEST_MS, QUIET_MS } from './receipts.js';

const TRIES = 2;

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

  /** Confirm the message of a push; resolve when it is confirmed. */
  async pushed(chatId: string, messageId: string): Promise<void> {
    const message = await this.connection.get(paths.message(chatId, messageId));
    if (!message) return;
    this.horizons.of(chatId, this.memberId).received(message.createdAt as Timestamp);
    await this.confirm(chatId);
  }

  /** Write what waits; resolve when it is written or lost. */
  close(): Promise<unknown> {
    return this.pace.flush();
  }

  private async write(): Promise<void> {
    const chatIds = [...this.waiting];
    this.waiting.clear();
    // The next confirmation makes up for a lost one.
    await Promise.allSettled(chatIds.map((chatId) => this.confirm(chatId)));
  }

  private async confirm(chatId: string): Promise<void> {
    const horizon = this.horizons.of(chatId, this.memberId);
    for (let tries = 0; tries < TRIES; tries += 1) {
      await horizon.learn();
      if (horizon.moves) await horizon.turn();
      if (!horizon.moves) return;
      try {
        return await horizon.write(ACTS.deliver);
      } catch (error) {
        horizon.forget();
        // Another device of this user was ahead, so the message has arrived; or it wrote just now.
        if (!isRefusal(error)) throw error;
      }
    }
  }
}
