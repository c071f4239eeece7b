/** How far the members of a chat have read and received: one's own horizon, and everybody's. */
import { Timestamp as SdkTimestamp, serverTimestamp } from 'firebase/firestore';
import type { ReadReceipt, Timestamp, UserChat } from '../../../schema/exported/parley.js';
import type { Batch } from './batches.js';
import type { Connection } from './connection.js';
import { LIMITS } from './limits.js';
import type { Stop } from './live.js';
import { Turns } from './pacing.js';
import { paths } from './paths.js';
import { readCountAfter } from './rows.js';
import { compareTimes, isLater, later } from './times.js';

/** Where the horizon of somebody stands who has received something and read nothing. */
const NOTHING_READ = new SdkTimestamp(0, 0);

/** One's own receipt of a chat: it moves forward alone, and what it says already is not written again. */
export class OwnHorizon {
  /** Whether one has marked the chat unread on this device; its row may tell of that later. */
  isMarkedUnread = false;
  /** Whether a message was shown since, which takes the mark away. */
  wasLookedAt = false;
  /** How often one has marked the chat, as read or unread: tells whether one did so since. */
  marks = 0;
  /** The row's `readCount` that is on its way, so that the list and the chat on the screen do not both write it. */
  askedCount = -1;
  private readTo: Timestamp | undefined;
  private deliveredTo: Timestamp | undefined;
  private written: Partial<Pick<ReadReceipt, 'readTo' | 'deliveredTo'>> | undefined;
  private readonly path: string;
  private readonly turns: Turns;

  /** `moved` is told when it is known anew how far the receipt goes. */
  constructor(
    private readonly connection: Connection,
    chatId: string,
    memberId: string,
    private readonly moved: () => void,
  ) {
    this.path = `${paths.receipts(chatId)}/${memberId}`;
    this.turns = new Turns(connection.clock, LIMITS.OWN_RECEIPT_SECONDS * 1_000);
  }

  /** How far one has seen, as far as is known here. */
  get seenTo(): Timestamp | undefined {
    return this.readTo;
  }

  /** How far the receipt says that one has read, as far as that was learned or written here. */
  get receiptTo(): Timestamp | undefined {
    return this.written?.readTo;
  }

  /** Answers how to take that back, if the row does not take it. */
  mark(isUnread: boolean): Stop {
    const { isMarkedUnread, wasLookedAt } = this;
    this.marks += 1;
    this.isMarkedUnread = isUnread;
    this.wasLookedAt = false;
    return () => {
      this.isMarkedUnread = isMarkedUnread;
      this.wasLookedAt ||= wasLookedAt;
    };
  }

  shown(createdAt: Timestamp): void {
    this.wasLookedAt = true;
    this.readTo = later(this.readTo, createdAt);
    this.received(createdAt);
  }

  /** Answers whether that was news. */
  received(createdAt: Timestamp): boolean {
    const isNews = isLater(createdAt, this.deliveredTo);
    this.deliveredTo = later(this.deliveredTo, createdAt);
    return isNews;
  }

  /** Where an earlier visit or another device has left it: below that nothing is written. A read, once. */
  async learn(): Promise<void> {
    if (this.written) return;
    const { readTo, deliveredTo } = ((await this.connection.get(this.path)) ?? {}) as Partial<ReadReceipt>;
    this.written = { ...(readTo && { readTo }), ...(deliveredTo && { deliveredTo }) };
    this.moved();
  }

  /** A write was refused, since another device was ahead: where it stands is to be learned again. */
  forget(): void {
    this.written = undefined;
  }

  /** The `readCount` that a row is to have after one has read up to `readTo`, unless it has it or it is on its way. */
  nextReadCount(row: UserChat | undefined, readTo: Timestamp | undefined): number | undefined {
    const next = row && readTo && readCountAfter(row, readTo);
    return next !== undefined && next > this.askedCount ? next : undefined;
  }

  /** Whether there is something to write, once it is known where it stands. */
  get moves(): boolean {
    return isLater(this.readTo, this.written?.readTo) || isLater(this.deliveredTo, this.written?.deliveredTo);
  }

  /** Resolve when the rules take the receipt again: what moves meanwhile is written with it. */
  async turn(): Promise<void> {
    await this.turns.come();
  }

  /** Write the receipt, and what `add` puts beside it. */
  write(act: string, add: (batch: Batch) => void = () => undefined): Promise<void> {
    return this.turns.write(() =>
      this.connection.settle(act, (batch) => {
        this.addTo(batch);
        add(batch);
      }),
    );
  }

  /** Add the write to a batch, and take it for done. */
  private addTo({ set, update }: Batch): void {
    const known = this.written?.readTo;
    const readTo = later(this.readTo, known) ?? NOTHING_READ;
    const deliveredTo = later(this.deliveredTo, this.written?.deliveredTo) ?? readTo;
    const readAt = serverTimestamp();
    // Another device may have read further meanwhile, which does not concern what has arrived here.
    if (known && !isLater(readTo, known)) update(this.path, { deliveredTo, readAt });
    else set(this.path, { readTo, deliveredTo, readAt });
    this.written = { readTo, deliveredTo };
    this.moved();
  }
}

/** What writes in bursts how far one has read. */
export interface HorizonWriter {
  /** Write what waits, and take no more. Resolves when it is with the server or was given up; never rejects. */
  close(): Promise<unknown>;
}

/** One's own horizons in all chats, so that the list and the screen do not overtake one another. */
export class OwnHorizons {
  private readonly known = new Map<string, OwnHorizon>();
  private readonly writers = new Set<HorizonWriter>();
  private readonly followers = new Set<() => void>();
  private isClosed = false;

  constructor(private readonly connection: Connection) {}

  of(chatId: string, memberId: string): OwnHorizon {
    const key = `${memberId}/${chatId}`;
    const horizon =
      this.known.get(key) ??
      new OwnHorizon(this.connection, chatId, memberId, () => {
        for (const moved of this.followers) moved();
      });
    this.known.set(key, horizon);
    return horizon;
  }

  /** Be told whenever it is known anew how far one of the receipts goes. */
  follow(moved: () => void): Stop {
    this.followers.add(moved);
    return () => this.followers.delete(moved);
  }

  /** Hold on to a writer until it was closed and all is written. Answers how to close it. */
  hold(writer: HorizonWriter): Stop {
    this.writers.add(writer);
    const close = (): void => void writer.close().then(() => this.writers.delete(writer));
    if (this.isClosed) close();
    return close;
  }

  /** Close every writer, of what is on the screen still and of what comes there later; resolves as they do. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.writers].map((writer) => writer.close()));
  }
}

/** Somebody's message, as far as receipts look at it. */
interface Said {
  senderId: string;
  createdAt?: Timestamp;
}

/** Who, apart from its sender, has seen a message. */
export function seenBy(horizons: Map<string, ReadReceipt>, message: Said): string[] {
  return reachedBy(horizons, message, ({ readTo }) => readTo);
}

/** Whose device, apart from its sender's, has received a message; whoever has seen it has received it. */
export function receivedBy(horizons: Map<string, ReadReceipt>, message: Said): string[] {
  return reachedBy(horizons, message, ({ readTo, deliveredTo }) => later(readTo, deliveredTo) ?? readTo);
}

function reachedBy(
  horizons: Map<string, ReadReceipt>,
  { senderId, createdAt }: Said,
  horizonOf: (receipt: ReadReceipt) => Timestamp,
): string[] {
  if (!createdAt) return [];
  return [...horizons]
    .filter(([memberId, receipt]) => memberId !== senderId && compareTimes(horizonOf(receipt), createdAt) >= 0)
    .map(([memberId]) => memberId);
}
