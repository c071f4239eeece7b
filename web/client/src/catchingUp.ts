/** Rows that were behind when their chat left the screen, and are read once they have caught up. */
import type { UserChat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Connection } from './connection.js';
import type { HorizonWriter, OwnHorizon, OwnHorizons } from './horizons.js';
import type { Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { LONGEST_MS, QUIET_MS } from './receipts.js';

/**
 * A row's `readCount` follows one's own receipt, as far as that is known without a read: nobody else
 * counts what was seen before the row had heard of it. Costs a write for each row that was behind.
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

  /** What the server says of the rows in the list. Those of large groups are not counted by. */
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
        update(paths.row(this.memberId, chatId), { readCount });
      });
    } catch {
      // Another device was ahead. While it is not known where the receipt stands, this does not ask again.
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
