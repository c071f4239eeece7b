/** The library as an app holds it: a `Parley` for the person, a `ChatSession` for each chat on the screen. */
import type { Firestore } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import type { Chat, Member, Reaction } from '../../../schema/exported/parley.js';
import { ChatList } from './chatList.js';
import { Connection, type Usage } from './connection.js';
import { Devices } from './devices.js';
import { Live } from './live.js';
import { Messages } from './messages.js';
import { Blocks, Membership, Opening, type Opened } from './opening.js';
import { systemClock, type Clock } from './pacing.js';
import { paths, serviceMember } from './paths.js';
import { Posting, type Speaker } from './posting.js';
import { Receipts, watchHorizons } from './receipts.js';
import { TypingSignal, watchTyping } from './typing.js';

export interface Settings {
  db: Firestore;
  functions: Functions;
  /** Who is signed in. Make a new `Parley` when somebody else is. */
  uid: string;
  clock?: Clock;
}

/** Rows or messages that are read at a time. */
const PAGE_SIZE = 30;

interface Paging {
  pageSize?: number;
}

export class Parley {
  readonly open: Opening;
  readonly devices: Devices;
  readonly blocks: Blocks;
  private readonly connection: Connection;

  constructor({ db, functions, uid, clock = systemClock }: Settings) {
    this.connection = new Connection(db, functions, uid, clock);
    this.open = new Opening(this.connection);
    this.devices = new Devices(this.connection);
    this.blocks = new Blocks(this.connection);
  }

  /** What this has cost so far. */
  get usage(): Readonly<Usage> {
    return { ...this.connection.usage };
  }

  /** One's own chats. Close it when it leaves the screen. */
  chats({ pageSize = PAGE_SIZE }: Paging = {}): ChatList {
    return new ChatList(this.connection, this.connection.uid, pageSize);
  }

  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    return new ChatSession(this.connection, chatId, { memberId: this.connection.uid }, pageSize);
  }

  /** A service's dashboard, for its staff. */
  desk(serviceId: string): Desk {
    return new Desk(this.connection, serviceId);
  }
}

/** One chat on the screen. Close it when it leaves. */
export class ChatSession {
  readonly messages: Messages;
  readonly posting: Posting;
  readonly receipts: Receipts;
  readonly typing: TypingSignal;
  readonly membership: Membership;
  private readonly opened: { close(): void }[] = [];

  constructor(
    private readonly connection: Connection,
    readonly chatId: string,
    private readonly speaker: Speaker,
    pageSize: number,
  ) {
    this.messages = new Messages(connection, chatId, pageSize);
    this.posting = new Posting(connection, chatId, speaker, this.messages);
    this.receipts = new Receipts(connection, chatId, speaker.memberId, () => undefined);
    this.typing = new TypingSignal(connection, chatId, speaker.memberId);
    this.membership = new Membership(connection, chatId);
  }

  /** Resolves when the server has answered; offline it waits, while the cache is shown already. */
  async ready(): Promise<void> {
    await Promise.all([this.messages.first(({ isFromCache }) => !isFromCache), this.receipts.ready]);
  }

  /** Horizons of all members; in a large group a read for each of them, so not there. */
  horizons(): ReturnType<typeof watchHorizons> {
    return this.keep(watchHorizons(this.connection, this.chatId));
  }

  /** The ids of the others who type. */
  whoTypes(): Live<string[]> {
    return this.keep(watchTyping(this.connection, this.chatId, this.speaker.memberId));
  }

  /** The chat itself: its title, its state, its count. Null if it is not there yet. */
  details(): Live<Chat | null> {
    const live = this.keep(new Live<Chat | null>());
    live.whenClosed(this.connection.watchDocument(paths.chat(this.chatId),
      (data) => live.set((data as Chat | undefined) ?? null), (error) => live.fail(error)));
    return live;
  }

  /** Who reacted to a message, and how. */
  reactions(messageId: string): Live<Map<string, Reaction>> {
    return this.byId<Reaction>(paths.reactions(this.chatId, messageId));
  }

  /** A read for each; meant for groups of up to 100. */
  members(): Live<Map<string, Member>> {
    return this.byId<Member>(paths.members(this.chatId));
  }

  /** Write what waits, and listen no more. */
  close(): void {
    this.typing.stop();
    this.receipts.close();
    this.messages.close();
    for (const live of this.opened.splice(0)) live.close();
  }

  private byId<T>(path: string): Live<Map<string, T>> {
    const live = this.keep(new Live<Map<string, T>>());
    live.whenClosed(this.connection.watch(path, [],
      ({ docs }) => live.set(new Map(docs.map((each) => [each.id, each.data() as T]))),
      (error) => live.fail(error)));
    return live;
  }

  private keep<T>(live: Live<T>): Live<T> {
    this.opened.push(live);
    return live;
  }
}

/** How staff change a case. */
export interface CaseChanges {
  state?: NonNullable<Chat['state']>;
  /** With the state `snoozed`, and only then. */
  snoozedUntil?: Date;
  /** A staff member's uid; null is nobody. */
  assigneeId?: string | null;
}

/** A service's dashboard: `owner`, `admin` and `agent` answer, a `viewer` reads. */
export class Desk {
  constructor(private readonly connection: Connection, private readonly serviceId: string) {}

  /** The open cases, by what was said last. */
  openCases({ pageSize = PAGE_SIZE }: Paging = {}): ChatList {
    return new ChatList(this.connection, serviceMember(this.serviceId), pageSize);
  }

  /** Read and answer a case as the service; the first answer opens it and makes the service a member. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: serviceMember(this.serviceId), staffId: this.connection.uid };
    return new ChatSession(this.connection, chatId, speaker, pageSize);
  }

  /** The case with one of the service's people. */
  open(userId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId: this.serviceId, userId });
  }

  update(chatId: string, { snoozedUntil, ...changes }: CaseChanges): Promise<unknown> {
    return this.connection.call('updateCase', {
      chatId, ...changes, ...(snoozedUntil && { snoozedUntil: snoozedUntil.toISOString() }),
    });
  }
}
