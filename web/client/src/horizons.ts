/** How far the members of a chat have read and received: one's own horizon, and everybody's. */
import { serverTimestamp, Timestamp as SdkTimestamp } from 'firebase/firestore';
import type { ReadReceipt, Timestamp } from '../../../schema/exported/parley.js';
import type { Batch, Connection } from './connection.js';
import { paths } from './paths.js';
import { compareTimes, isLater, later } from './times.js';

/** Where the horizon of somebody stands who has received something and read nothing. */
const NOTHING_READ = new SdkTimestamp(0, 0);

/** One's own receipt of a chat: it moves forward alone, and what it says already is not written again. */
export class OwnHorizon {
  /** Whether one has marked the chat unread on this device; its row may tell of that later. */
  isMarkedUnread = false;
  /** Whether a message was shown since, which takes the mark away. */
  wasLookedAt = false;
  private readTo: Timestamp | undefined;
  private deliveredTo: Timestamp | undefined;
  private written: Partial<Pick<ReadReceipt, 'readTo' | 'deliveredTo'>> | undefined;
  private readonly path: string;

  constructor(private readonly connection: Connection, chatId: string, memberId: string) {
    this.path = `${paths.receipts(chatId)}/${memberId}`;
  }

  /** How far one has seen, as far as is known here. */
  get seenTo(): Timestamp | undefined {
    return this.readTo;
  }

  mark(isUnread: boolean): void {
    this.isMarkedUnread = isUnread;
    this.wasLookedAt = false;
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
    const { readTo, deliveredTo } = (await this.connection.get(this.path) ?? {}) as Partial<ReadReceipt>;
    this.written = { ...(readTo && { readTo }), ...(deliveredTo && { deliveredTo }) };
  }

  /** A write was refused, since another device was ahead: where it stands is to be learned again. */
  forget(): void {
    this.written = undefined;
  }

  /** Whether there is something to write, once it is known where it stands. */
  get moves(): boolean {
    return isLater(this.readTo, this.written?.readTo) || isLater(this.deliveredTo, this.written?.deliveredTo);
  }

  /** Add the write to a batch, and take it for done. */
  addTo({ set, update }: Batch): void {
    const known = this.written?.readTo;
    const readTo = later(this.readTo, known) ?? NOTHING_READ;
    const deliveredTo = later(this.deliveredTo, this.written?.deliveredTo) ?? readTo;
    const readAt = serverTimestamp();
    // Another device may have read further meanwhile, which does not concern what has arrived here.
    if (known && !isLater(readTo, known)) update(this.path, { deliveredTo, readAt });
    else set(this.path, { readTo, deliveredTo, readAt });
    this.written = { readTo, deliveredTo };
  }
}

/** One's own horizons in all chats, so that the list and the screen do not overtake one another. */
export class OwnHorizons {
  private readonly known = new Map<string, OwnHorizon>();

  constructor(private readonly connection: Connection) {}

  of(chatId: string, memberId: string): OwnHorizon {
    const key = `${memberId}/${chatId}`;
    const horizon = this.known.get(key) ?? new OwnHorizon(this.connection, chatId, memberId);
    this.known.set(key, horizon);
    return horizon;
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
  horizons: Map<string, ReadReceipt>, { senderId, createdAt }: Said, horizonOf: (receipt: ReadReceipt) => Timestamp,
): string[] {
  if (!createdAt) return [];
  return [...horizons].filter(([memberId, receipt]) => memberId !== senderId
    && compareTimes(horizonOf(receipt), createdAt) >= 0).map(([memberId]) => memberId);
}
