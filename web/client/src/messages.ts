/** The messages of a chat, live and page by page. */
import {
  documentId,
  limit,
  orderBy,
  type QueryConstraint,
  type QueryDocumentSnapshot,
  startAfter,
  where,
} from 'firebase/firestore';
import type { Timestamp } from '../../../schema/exported/parley.js';
import { type InnerOfMessages, MESSAGES } from './callForms.js';
import { checkCalls } from './checking.js';
import type { Connection, Page } from './connection.js';
import { isRefusal, type ParleyError } from './errors.js';
import { Live, type Stop } from './live.js';
import { readsFrom } from './membership.js';
import { paths } from './paths.js';
import { Remembered } from './remembered.js';
import { madeOnce } from './steady.js';
import { compareMessages, type Echo, type Heard, type Place, type ShownMessage, Thread } from './thread.js';
import { compareTimes } from './times.js';

export interface MessagesShown {
  /** Oldest first; messages not sent yet at the end. One that has not changed stays the same object. */
  messages: ShownMessage[];
  /** Whether `older()` may find more. */
  hasOlder: boolean;
  /** Whether `newer()` may find more, after reading far back. */
  hasNewer: boolean;
  /** Not confirmed by the server: offline, or before its first answer. */
  isFromCache: boolean;
}

/** The most messages held, or two pages if that is more. The far end is dropped. */
const HELD = 500;
/** Messages quoted by replies that are held beside them. */
const QUOTED = 100;

/** A page beside the newest, listened to. */
interface FollowedPage {
  /** Its first and last message; before the server has told them, the place that it is to join. */
  ends: [Place, Place];
  isHeard: boolean;
  stop: Stop;
}

/** Newest first, or oldest first. */
type Direction = 'desc' | 'asc';

/**
 * A page of the newest messages is listened to; `older()` adds a listener to the page before. Each
 * message is read once, and once more whenever it changes while its page is listened to. A
 * message that has moved out of the newest page stays as it was last seen.
 */
export class Messages extends Live<MessagesShown> {
  private readonly thread = new Thread();
  private readonly quoted = new Remembered(QUOTED, (messageId) => this.read(messageId));
  private readonly path: string;
  private readonly held: number;
  private pages: FollowedPage[] = [];
  private stopNewest: Stop = () => undefined;
  private hasOlder = false;
  private hasNewer = false;
  private isFromCache = true;
  /** Whether the server has answered once. */
  private hasBegun = false;
  private loading: Promise<void> | undefined;
  /** The time from which the user reads, once the rules have asked for it. */
  private since: Timestamp | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly memberId: string,
    private readonly pageSize: number,
    held = HELD,
  ) {
    super();
    this.path = paths.messages(chatId);
    this.held = Math.max(held, 2 * pageSize);
    this.followNewest();
    this.whenClosed(
      () => this.stopNewest(),
      () => this.stopPages(),
    );
    checkCalls<Messages, InnerOfMessages>(this, MESSAGES);
  }

  /** Load and follow the page before the oldest shown; resolves when it is shown. */
  older(): Promise<void> {
    return this.load('desc');
  }

  /** Load and follow the page after the newest shown. */
  newer(): Promise<void> {
    return this.load('asc');
  }

  /** Return to the newest messages, if they are not shown. */
  async newest(): Promise<void> {
    if (this.ended) throw this.ended;
    if (!this.hasNewer) return;
    this.thread.forgetSent();
    this.stopPages();
    this.hasBegun = false;
    this.isFromCache = true;
    this.followNewest();
    await this.first(({ hasNewer, isFromCache }) => !hasNewer && !isFromCache);
  }

  /** Find a message by its id, for example of a reply; read once if it is not held. */
  find(messageId: string): Promise<ShownMessage | undefined> {
    const held = this.thread.get(messageId);
    return held ? Promise.resolve(held) : this.quoted.get(messageId);
  }

  /** Show one's own message before the server has it. */
  echo(echo: Echo): void {
    this.thread.echo(echo);
    this.show();
    this.newest().catch(() => undefined);
  }

  refused(id: string): Echo | undefined {
    return this.thread.refused(id);
  }

  forgetEcho(id: string): void {
    this.thread.forgetEcho(id);
    this.show();
  }

  private followNewest(): void {
    this.hasNewer = false;
    this.stopNewest = this.connection.watch(
      this.path,
      [...this.ordered('desc'), limit(this.pageSize)],
      (page) => this.hearNewest(page),
      (error) => void this.askSince(error).catch(() => this.fail(error)),
    );
  }

  /**
   * A group may keep what was said before from those who join: the rules then refuse a query for all
   * of it, and the user's own member document has the time to ask for.
   */
  private async askSince(error: ParleyError): Promise<void> {
    const since = isRefusal(error) ? await readsFrom(this.connection, this.chatId, this.memberId) : undefined;
    if (this.ended) return;
    if (!since || (this.since && compareTimes(this.since, since) === 0)) return this.fail(error);
    this.since = since;
    this.stopPages();
    this.hasBegun = false;
    this.followNewest();
  }

  private hearNewest({ docs, isFromCache }: Page): void {
    const isFull = docs.length === this.pageSize;
    const isBeginning = !this.hasBegun;
    if (isBeginning && !isFromCache) {
      this.hasBegun = true;
      this.thread.forgetSent();
      // They join the cache's messages, which may differ from the server's.
      this.stopPages();
    }
    const joins = this.thread.hearNewest(docs.map(heard), isFull && !isFromCache);
    if (!joins) this.stopPages();
    if (!joins || isBeginning) this.hasOlder = isFull;
    if (this.thread.cut('oldest', this.held)) {
      this.hasOlder = true;
      this.stopPagesBeyond();
    }
    this.isFromCache = isFromCache;
    this.show();
  }

  private load(direction: Direction): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    this.loading ??= this.loadPage(direction).finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  /** Ask again for a page whose edge moved before it arrived. */
  private async loadPage(direction: Direction): Promise<void> {
    let isShown = false;
    while (!isShown && (direction === 'desc' ? this.hasOlder : this.hasNewer)) {
      const ends = this.thread.ends();
      if (!ends) return;
      isShown = await this.follow(direction, direction === 'desc' ? ends[0] : ends[1]);
    }
  }

  /** Return whether the page is shown; false if it was stopped before. */
  private follow(direction: Direction, edge: Place): Promise<boolean> {
    const asked = [...this.ordered(direction), startAfter(edge.createdAt, edge.id), limit(this.pageSize)];
    return new Promise((resolve, reject) => {
      const stopWatching = this.connection.watch(
        this.path,
        asked,
        (heardPage) => {
          this.hearPage(page, direction, heardPage);
          if (page.isHeard) resolve(true);
        },
        (error) => this.fail(error),
      );
      const page: FollowedPage = {
        ends: [edge, edge],
        isHeard: false,
        stop: () => {
          stopWatching();
          return this.ended ? reject(this.ended) : resolve(false);
        },
      };
      this.pages.push(page);
    });
  }

  private hearPage(page: FollowedPage, direction: Direction, { docs, isFromCache }: Page): void {
    const messages = docs.map(heard);
    if (page.isHeard) {
      this.thread.hearChanges(messages);
    } else {
      // What the cache told of this page may have holes; nothing else lies beyond the edge.
      this.thread.cutBeyond(page.ends[0], direction === 'desc' ? 'older' : 'newer');
      this.thread.hear(messages);
      if (!isFromCache) {
        page.isHeard = true;
        const [one, other] = [messages[0], messages.at(-1)].filter(isPlace).sort(compareMessages);
        if (one) page.ends = [one, other ?? one];
        this.makeRoom(direction, docs.length < this.pageSize);
      }
    }
    this.show();
  }

  /** A page has come at one end; the other end gives way. */
  private makeRoom(direction: Direction, isLast: boolean): void {
    if (direction === 'desc') {
      this.hasOlder = !isLast;
      if (!this.thread.cut('newest', this.held)) return;
      this.stopNewest();
      this.hasNewer = true;
    } else {
      if (this.thread.cut('oldest', this.held)) this.hasOlder = true;
      if (isLast) this.followNewest();
    }
    this.stopPagesBeyond();
  }

  /** Stop the pages whose messages were all dropped. */
  private stopPagesBeyond(): void {
    const ends = this.thread.ends();
    this.pages = this.pages.filter(({ ends: page, stop }) => {
      const isBeyond = ends && (compareMessages(page[1], ends[0]) < 0 || compareMessages(page[0], ends[1]) > 0);
      if (isBeyond) stop();
      return !isBeyond;
    });
  }

  private stopPages(): void {
    for (const { stop } of this.pages.splice(0)) stop();
  }

  private async read(messageId: string): Promise<ShownMessage | undefined> {
    const data = await this.connection.get(paths.message(this.chatId, messageId)).catch((error) => {
      // One of before: not shown, as if it were not there.
      if (this.since && isRefusal(error)) return undefined;
      throw error;
    });
    return data && ({ ...data, id: messageId, state: 'sent' } as ShownMessage);
  }

  /** By (`createdAt`, id), so that a page begins behind a place that need not be a document any more. */
  private ordered(direction: Direction): QueryConstraint[] {
    const since = this.since ? [where('createdAt', '>=', this.since)] : [];
    return [...since, orderBy('createdAt', direction), orderBy(documentId(), direction)];
  }

  private show(): void {
    this.set({
      messages: this.thread.shown(),
      hasOlder: this.hasOlder,
      hasNewer: this.hasNewer,
      isFromCache: this.isFromCache,
    });
  }
}

function isPlace(message: Heard | undefined): message is Heard & Place {
  return message !== undefined && message.createdAt !== null;
}

/** An edit on its way shows an estimated time; a new message's time tells that it is on its way. */
const heard = madeOnce((snapshot: QueryDocumentSnapshot): Heard => {
  const data = snapshot.data({ serverTimestamps: 'estimate' });
  return { ...data, id: snapshot.id, createdAt: snapshot.get('createdAt') } as Heard;
});
