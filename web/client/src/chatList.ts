/** The chat list, live: one row for each chat. */
import { orderBy } from 'firebase/firestore';
import type { UserChat } from '../../../schema/exported/parley.js';
import { CHAT_LIST } from './callForms.js';
import { CatchingUp } from './catchingUp.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import type { Deliveries } from './deliveries.js';
import { flagRow, type RowFlags } from './flags.js';
import type { OwnHorizons } from './horizons.js';
import { LargeGroups } from './largeGroups.js';
import { Live } from './live.js';
import { paths } from './paths.js';
import { compareListed, type ListedChat, listed } from './rows.js';
import { GrowingQuery } from './watching.js';

export interface ChatsShown {
  /** Pinned first, archived last, otherwise by the last message. */
  chats: ListedChat[];
  hasMore: boolean;
  isFromCache: boolean;
}

/** The rows of one person, or of a dashboard (`service:{serviceId}`: its open cases). */
export class ChatList extends Live<ChatsShown> {
  private readonly rows: GrowingQuery;
  private readonly large: LargeGroups;
  private readonly catchingUp: CatchingUp;

  /** `deliveries` confirms that messages arrived. */
  constructor(
    private readonly connection: Connection,
    private readonly horizons: OwnHorizons,
    private readonly memberId: string,
    pageSize: number,
    private readonly deliveries?: Deliveries,
  ) {
    super();
    this.catchingUp = new CatchingUp(connection, horizons, memberId);
    this.large = new LargeGroups(connection, memberId, () => this.show());
    this.rows = new GrowingQuery(
      connection,
      paths.rows(memberId),
      [orderBy('updatedAt', 'desc')],
      pageSize,
      () => this.show(),
      (error) => this.fail(error),
    );
    this.whenClosed(
      () => this.rows.close(),
      () => this.large.close(),
      horizons.hold(this.catchingUp),
    );
    if (deliveries) this.whenClosed(horizons.hold(deliveries));
    checkCalls<ChatList, keyof Live<unknown>>(this, CHAT_LIST);
  }

  /** Show another page; resolve when it is shown. Costs a read for each row shown then. */
  more(): Promise<void> {
    return this.rows.more();
  }

  /** Pin, archive or mark unread. */
  flag(chatId: string, flags: RowFlags): Promise<void> {
    return flagRow(this.connection, this.memberId, chatId, this.horizons.of(chatId, this.memberId), flags);
  }

  private show(): void {
    // Showing starts listeners and writes, which nothing would end after close.
    if (this.ended) return;
    const { docs, hasMore, isFromCache } = this.rows;
    const rows = docs.map((each): [string, UserChat] => [each.id, each.data() as UserChat]);
    this.large.follow(rows.filter(([, row]) => row.large).map(([chatId]) => chatId));
    const chats = rows.map(([chatId, row]) => listed(chatId, row, this.large.get(chatId))).sort(compareListed);
    if (!isFromCache) {
      this.confirm(chats);
      this.catchingUp.follow(rows);
    }
    this.set({ chats, hasMore, isFromCache });
  }

  /** Confirm the arrival of unread messages; a read one needs no confirmation. */
  private confirm(chats: ListedChat[]): void {
    for (const { chatId, unread, lastMessage } of chats) {
      if (unread > 0 && lastMessage && lastMessage.senderId !== this.memberId) {
        this.deliveries?.arrived(chatId, lastMessage.createdAt);
      }
    }
  }
}
