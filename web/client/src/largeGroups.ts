/** What the rows of groups above 100 members cannot tell, since they stand still. */
import { type DocumentData, limit, orderBy, type Timestamp, where } from 'firebase/firestore';
import type { Chat, ReadReceipt } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import type { Stop } from './live.js';
import { Debounce } from './pacing.js';
import { paths } from './paths.js';
import { Remembered } from './remembered.js';
import { COUNTED_UNREAD, type LargeGroup } from './rows.js';
import { later } from './times.js';

/** Who tells of what others did, which is nothing that one has to read. */
const SYSTEM = 'system';
const QUIET_MS = 500;
const LONGEST_MS = 5_000;

/**
 * Their title and last message come from the chat, and their unread is counted after one's own
 * horizon, and since one joined, of what others said, anew when the chat or the horizon moves, and once for a burst.
 */
export class LargeGroups {
  private readonly known = new Map<string, Followed>();

  constructor(
    private readonly connection: Connection,
    private readonly memberId: string,
    private readonly changed: () => void,
  ) {}

  get(chatId: string): LargeGroup | undefined {
    const followed = this.known.get(chatId);
    return followed?.chat && { chat: followed.chat, unread: followed.unread };
  }

  /** Follow these and no others. */
  follow(chatIds: string[]): void {
    for (const [chatId, { stops }] of this.known) {
      if (chatIds.includes(chatId)) continue;
      for (const stop of stops) stop();
      this.known.delete(chatId);
    }
    for (const chatId of chatIds) if (!this.known.has(chatId)) this.begin(chatId);
  }

  close(): void {
    this.follow([]);
  }

  private begin(chatId: string): void {
    const pace = new Debounce(this.connection.clock, QUIET_MS, LONGEST_MS, () => void this.count(chatId, followed));
    const membership = new Remembered(1, (memberId) =>
      this.connection.getFromServer(`${paths.members(chatId)}/${memberId}`),
    );
    const followed: Followed = {
      membership,
      isReceiptKnown: false,
      unread: 0,
      asked: 0,
      stops: [() => pace.cancel()],
    };
    this.known.set(chatId, followed);
    // A group that one was removed from is refused; its row goes, and this with it.
    const ignored = (): void => undefined;
    followed.stops.push(
      this.connection.watchDocument(
        paths.chat(chatId),
        (data) => {
          followed.chat = data as Chat | undefined;
          this.changed();
          pace.call();
        },
        ignored,
      ),
      this.connection.watchDocument(
        `${paths.receipts(chatId)}/${this.memberId}`,
        (data?: DocumentData) => {
          followed.receipt = data as ReadReceipt | undefined;
          followed.isReceiptKnown = true;
          pace.call();
        },
        ignored,
      ),
    );
  }

  private async count(chatId: string, followed: Followed): Promise<void> {
    if (!followed.chat || !followed.isReceiptKnown) return;
    followed.asked += 1;
    const { asked } = followed;
    try {
      const since = await this.unreadSince(followed);
      const newer = since ? [where('createdAt', '>', since)] : [];
      const byOthers = where('senderId', 'not-in', [this.memberId, SYSTEM]);
      const unread = await this.connection.count(
        paths.messages(chatId),
        byOthers,
        ...newer,
        orderBy('createdAt'),
        limit(COUNTED_UNREAD),
      );
      // Answers may overtake one another, and the last question counts; a group may be followed no more.
      if (this.known.get(chatId) !== followed || asked !== followed.asked) return;
      followed.unread = unread;
      this.changed();
    } catch {
      // Offline there is no counting: what was counted last stays.
    }
  }

  /** What was said before one came, or while one was away, is nothing that one has to read; a receipt outlives a leaving. */
  private async unreadSince({ receipt, membership }: Followed): Promise<Timestamp | undefined> {
    const joinedAt = (await membership.get(this.memberId))?.joinedAt;
    return later(joinedAt, receipt?.readTo) as Timestamp | undefined;
  }
}

interface Followed {
  chat?: Chat | undefined;
  receipt?: ReadReceipt | undefined;
  /** One's own member document, read once. */
  membership: Remembered<DocumentData>;
  isReceiptKnown: boolean;
  unread: number;
  asked: number;
  stops: Stop[];
}
