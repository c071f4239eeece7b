/** Mark rows read that caught up after their chat was closed. */
import type { UserChat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Connection } from './connection.js';
import type { HorizonWriter, OwnHorizon, OwnHorizons } from './horizons.js';
import type { Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { LONGEST_MS, QUIET_MS } from './receipts.js';
import { unreadFlag } from './rows.js';

/**
 * Moves a row's `readCount` to the user's own receipt, if the receipt is known without a read.
 * Costs a write for each row that was behind.
 */
export class CatchingUp implements HorizonWriter {
  private rows: [chatId: string, row: UserChat][] = [];
  private readonly pace: Debounce;
  private readonly stopFollowing: Stop;

  constructor(
    private readonly connection: Connection,
    private readonly horizons: OwnHorizons,
    private readonly memberId: string,
  ) {
    this.pace = new Debounce(connection.clock, QUIET_MS, LONGEST_MS, () =>
      Promise.all(this.rows.map(([chatId, row]) => this.write(chatId, row))),
    );
    this.stopFollowing = horizons.follow(() => this.look());
  }

  /** Take the server's rows of the list. Rows of large groups carry no counts. */
  follow(rows: [chatId: string, row: UserChat][]): void {
    this.rows = rows.filter(([, { large }]) => !large);
    this.look();
  }

  close(): Promise<unknown> {
    this.stopFollowing();
    return this.pace.flush();
  }

  private look(): void {
    if (this.rows.some(([chatId, row]) => this.nextReadCount(chatId, row) !== undefined)) this.pace.call();
  }

  private async write(chatId: string, row: UserChat): Promise<void> {
    const readCount = this.nextReadCount(chatId, row);
    if (readCount === undefined) return;
    const horizon = this.horizonOf(chatId);
    horizon.askedCount = readCount;
    try {
      await this.connection.settle(ACTS.countRead, ({ update }) => {
        update(paths.row(this.memberId, chatId), { readCount, ...unreadFlag(row, { readCount }) });
      });
    } catch {
      // Another device was ahead. Do not write again until the receipt is known.
      horizon.forget();
    } finally {
      horizon.askedCount = -1;
    }
  }

  private nextReadCount(chatId: string, row: UserChat): number | undefined {
    const horizon = this.horizonOf(chatId);
    return horizon.nextReadCount(row, horizon.receiptTo);
  }

  private horizonOf(chatId: string): OwnHorizon {
    return this.horizons.of(chatId, this.memberId);
  }
}
