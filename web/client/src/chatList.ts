/** The chat list, live: one row for each chat, pages by a rising limit. */
import { limit, orderBy, where, type DocumentData } from 'firebase/firestore';
import type { Chat, ReadReceipt, UserChat } from '../../../schema/exported/parley.js';
import type { Connection, Page } from './connection.js';
import { Live, type Stop } from './live.js';
import { paths } from './paths.js';
import { COUNTED_UNREAD, compareListed, listed, type LargeGroup, type ListedChat } from './rows.js';

export interface ChatsShown {
  /** Pinned first, archived last, otherwise by what was said last. */
  chats: ListedChat[];
  hasMore: boolean;
  isFromCache: boolean;
}

/** The flags of a row that are its owner's. */
export type RowFlags = Partial<Pick<UserChat, 'pinned' | 'archived' | 'markedUnread'>>;

/**
 * The rows of one person, or of a dashboard (`service:{serviceId}`: its open cases).
 *
 * Rows move up whenever something is said, so that pages with fixed borders would lose some; `more()`
 * therefore listens to all of them anew, and costs a read for each row then shown.
 */
export class ChatList extends Live<ChatsShown> {
  private rows = new Map<string, UserChat>();
  private readonly large: LargeGroups;
  private isFromCache = true;
  private hasMore = false;
  private size: number;
  private stop: Stop = () => undefined;

  constructor(
    private readonly connection: Connection,
    private readonly memberId: string,
    private readonly pageSize: number,
  ) {
    super();
    this.size = pageSize;
    this.large = new LargeGroups(connection, memberId, () => this.show());
    this.listen();
    this.whenClosed(() => this.stop(), () => this.large.close());
  }

  /** Show another page; resolves when it is there. */
  async more(): Promise<void> {
    if (!this.hasMore) return;
    this.size += this.pageSize;
    this.isFromCache = true;
    this.stop();
    this.listen();
    await this.first(() => !this.isFromCache);
  }

  /** Pin, archive or mark unread. */
  flag(chatId: string, flags: RowFlags): Promise<void> {
    return this.connection.write((batch, at) => {
      batch.update(at(paths.row(this.memberId, chatId)), { ...flags });
    });
  }

  private listen(): void {
    this.stop = this.connection.watch(paths.rows(this.memberId),
      [orderBy('updatedAt', 'desc'), limit(this.size)],
      (page) => this.hear(page), (error) => this.fail(error));
  }

  private hear({ docs, isFromCache }: Page): void {
    this.rows = new Map(docs.map((each) => [each.id, each.data() as UserChat]));
    this.isFromCache = isFromCache;
    this.hasMore = docs.length === this.size;
    this.large.follow([...this.rows].filter(([, row]) => row.large).map(([chatId]) => chatId));
    this.show();
  }

  private show(): void {
    const chats = [...this.rows]
      .map(([chatId, row]) => listed(chatId, row, this.large.get(chatId)))
      .sort(compareListed);
    this.set({ chats, hasMore: this.hasMore, isFromCache: this.isFromCache });
  }
}

/**
 * Groups above 100 members, whose rows stand still: their last message comes from the chat, and
 * their unread is counted after one's own horizon, anew when either moves.
 */
class LargeGroups {
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
    const followed: Followed = { unread: 0, isReceiptKnown: false, asked: 0, stops: [] };
    this.known.set(chatId, followed);
    // A group that one was removed from is refused; its row goes, and this with it.
    const ignored = (): void => undefined;
    followed.stops.push(
      this.connection.watchDocument(paths.chat(chatId), (data) => {
        followed.chat = data as Chat | undefined;
        void this.count(chatId, followed);
      }, ignored),
      this.connection.watchDocument(`${paths.receipts(chatId)}/${this.memberId}`, (data?: DocumentData) => {
        followed.receipt = data as ReadReceipt | undefined;
        followed.isReceiptKnown = true;
        void this.count(chatId, followed);
      }, ignored),
    );
  }

  private async count(chatId: string, followed: Followed): Promise<void> {
    if (!followed.chat || !followed.isReceiptKnown) return;
    followed.asked += 1;
    const { asked, receipt } = followed;
    const newer = receipt ? [where('createdAt', '>', receipt.readTo)] : [];
    try {
      const unread = await this.connection.count(
        paths.messages(chatId), ...newer, orderBy('createdAt'), limit(COUNTED_UNREAD),
      );
      // Answers may overtake one another; the last question counts.
      if (asked !== followed.asked) return;
      followed.unread = unread;
    } catch {
      // Offline there is no counting: what was counted last stays.
    }
    this.changed();
  }
}

interface Followed {
  chat?: Chat | undefined;
  receipt?: ReadReceipt | undefined;
  isReceiptKnown: boolean;
  unread: number;
  asked: number;
  stops: Stop[];
}
