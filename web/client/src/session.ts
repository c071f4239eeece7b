/** A chat on the screen. */
import type { Chat, Member, Reaction, ReadReceipt, ReportReason } from '../../../schema/exported/parley.js';
import { CHAT_SESSION } from './callForms.js';
import type { Reported } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { flagRow, type RowFlags } from './flags.js';
import { Rests } from './flapping.js';
import type { OwnHorizon, OwnHorizons } from './horizons.js';
import { LIMITS } from './limits.js';
import type { Live, Stop } from './live.js';
import { Membership } from './membership.js';
import { Messages } from './messages.js';
import type { Paging } from './paging.js';
import { paths } from './paths.js';
import { Posting, type Speaker } from './posting.js';
import { Receipts } from './receipts.js';
import { watchReceipts } from './receiptsShown.js';
import { TypingSignal, watchTyping } from './typing.js';
import { DocumentList, watchEachOnes, watchOne } from './watching.js';

/** `memberId` is a uid, or `service:{serviceId}`. */
export interface ListedMember extends Member {
  memberId: string;
}

/** Close it when it leaves the screen. */
export class ChatSession {
  readonly messages: Messages;
  readonly posting: Posting;
  readonly receipts: Receipts;
  readonly typing: TypingSignal;
  readonly membership: Membership;
  private readonly horizon: OwnHorizon;
  private readonly closeReceipts: Stop;
  private readonly closeTyping: Stop;
  private readonly closePosting: Stop;
  private readonly opened: { close(): void }[] = [];
  /** Of all messages together: who reacts to one after another is no slower than who changes one. */
  private readonly reactionRests: Rests;

  constructor(
    private readonly connection: Connection,
    horizons: OwnHorizons,
    readonly chatId: string,
    private readonly speaker: Speaker,
    pageSize: number,
  ) {
    const { memberId } = speaker;
    this.horizon = horizons.of(chatId, memberId);
    this.reactionRests = new Rests(connection.clock);
    this.messages = new Messages(connection, chatId, memberId, pageSize);
    this.typing = new TypingSignal(connection, chatId, memberId);
    this.closeTyping = horizons.hold(this.typing);
    this.posting = new Posting(connection, chatId, speaker, this.messages, this.typing);
    this.closePosting = horizons.hold(this.posting);
    this.receipts = new Receipts(connection, chatId, memberId, this.horizon);
    this.closeReceipts = horizons.hold(this.receipts);
    this.membership = new Membership(connection, chatId, memberId, () => this.typing.stop());
    checkCalls<ChatSession>(this, CHAT_SESSION);
  }

  /** Resolve when the server has answered; offline it waits, and the cache is shown. */
  async ready(): Promise<void> {
    await Promise.all([this.messages.first(({ isFromCache }) => !isFromCache), this.receipts.ready]);
  }

  /**
   * Watch how far each member has read and received; see `seenBy` and `receivedBy`. Costs a read for
   * each. A large group shows 100 members.
   */
  horizons(): Live<Map<string, ReadReceipt>> {
    return this.keep(watchReceipts(this.connection, this.chatId));
  }

  /** Watch the ids of the others who type. A large group shows 100 members. */
  whoTypes(): Live<string[]> {
    return this.keep(watchTyping(this.connection, this.chatId, this.speaker.memberId, this.messages));
  }

  /** Watch the chat's title, state and count. Null if it does not exist yet. */
  details(): Live<Chat | null> {
    return this.keep(watchOne<Chat>(this.connection, paths.chat(this.chatId)));
  }

  /** Watch the reactions to a message by member. */
  reactions(messageId: string): Live<Map<string, Reaction>> {
    const path = paths.reactions(this.chatId, messageId);
    return this.keep(watchEachOnes<Reaction>(this.connection, path, this.reactionRests));
  }

  /** List the members in the order of their ids; a read for each shown. */
  members({ pageSize = LIMITS.SMALL_GROUP }: Paging = {}): DocumentList<ListedMember> {
    return this.keep(
      new DocumentList(
        this.connection,
        paths.members(this.chatId),
        [],
        pageSize,
        (each): ListedMember => ({ ...(each.data() as Member), memberId: each.id }),
      ),
    );
  }

  /** Pin, archive or mark unread in the user's own list. */
  flag(flags: RowFlags): Promise<void> {
    return flagRow(this.connection, this.speaker.memberId, this.chatId, this.horizon, flags);
  }

  /** Report a message, as it is now, to the staff of the chat's service. Idempotent. */
  report(messageId: string, reason: ReportReason, comment?: string): Promise<Reported> {
    return this.connection.call('reportMessage', { chatId: this.chatId, messageId, reason, comment });
  }

  /** Write what waits, and stop listening. */
  close(): void {
    this.closeTyping();
    this.closePosting();
    this.closeReceipts();
    this.messages.close();
    for (const live of this.opened.splice(0)) live.close();
  }

  private keep<L extends { close(): void }>(live: L): L {
    this.opened.push(live);
    return live;
  }
}
