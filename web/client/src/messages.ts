/** The messages of a chat, live and page by page. */
import { limit, orderBy, startAfter, type QueryDocumentSnapshot } from 'firebase/firestore';
import type { Connection, Page } from './connection.js';
import { Live } from './live.js';
import { paths } from './paths.js';
import { Thread, type Echo, type Heard, type ShownMessage } from './thread.js';

export interface MessagesShown {
  /** Oldest first; what is not sent yet at the end. */
  messages: ShownMessage[];
  /** Whether `older()` may find more. */
  hasOlder: boolean;
  /** Not confirmed by the server: offline, or before its first answer. */
  isFromCache: boolean;
}

/** The id follows in the same direction by itself. */
const NEWEST_FIRST = [orderBy('createdAt', 'desc')];

/**
 * A page of the newest messages is listened to; `older()` adds a listener to the page before. Each
 * message is read once, and once more whenever it changes while its page is listened to. A
 * message that has moved out of the newest page stays as it was last seen.
 */
export class Messages extends Live<MessagesShown> {
  private readonly thread = new Thread();
  private readonly path: string;
  private oldest: QueryDocumentSnapshot | undefined;
  private hasOlder = false;
  private isFromCache = true;
  /** Whether the server has answered once. */
  private hasBegun = false;
  private olderStops: (() => void)[] = [];
  private loading: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection, chatId: string, private readonly pageSize: number,
  ) {
    super();
    this.path = paths.messages(chatId);
    const stop = connection.watch(this.path, [...NEWEST_FIRST, limit(pageSize)],
      (page) => this.hearNewest(page), (error) => this.fail(error));
    this.whenClosed(stop, () => this.stopOlder());
  }

  /** Load and follow the page before the oldest shown; resolves when it is shown. */
  older(): Promise<void> {
    this.loading ??= this.loadOlder().finally(() => { this.loading = undefined; });
    return this.loading;
  }

  /** Show one's own message before the server has it. */
  echo(echo: Echo): void {
    this.thread.echo(echo);
    this.show();
  }

  forgetEcho(id: string): void {
    this.thread.forgetEcho(id);
    this.show();
  }

  private hearNewest({ docs, isFromCache }: Page): void {
    const isFull = docs.length === this.pageSize;
    const isBeginning = !this.hasBegun;
    if (isBeginning && !isFromCache) {
      this.hasBegun = true;
      this.thread.forgetSent();
    }
    const joins = this.thread.hearNewest(docs.map(heard), isFull && !isFromCache);
    if (!joins) this.stopOlder();
    if (!joins || isBeginning || !this.oldest) {
      this.oldest = docs.filter(isSent).at(-1);
      this.hasOlder = isFull;
    }
    this.isFromCache = isFromCache;
    this.show();
  }

  private loadOlder(): Promise<void> {
    const { oldest } = this;
    if (!oldest || !this.hasOlder) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const constraints = [...NEWEST_FIRST, startAfter(oldest), limit(this.pageSize)];
      let isFirst = true;
      const stop = this.connection.watch(this.path, constraints, ({ docs, isFromCache }) => {
        this.thread.hear(docs.map(heard));
        if (isFirst && !isFromCache) {
          isFirst = false;
          this.oldest = docs.at(-1) ?? oldest;
          this.hasOlder = docs.length === this.pageSize;
          resolve();
        }
        this.show();
      }, (error) => {
        reject(error);
        this.fail(error);
      });
      this.olderStops.push(stop);
    });
  }

  private stopOlder(): void {
    for (const stop of this.olderStops.splice(0)) stop();
  }

  private show(): void {
    this.set({
      messages: this.thread.shown(), hasOlder: this.hasOlder, isFromCache: this.isFromCache,
    });
  }
}

function isSent(snapshot: QueryDocumentSnapshot): boolean {
  return snapshot.get('createdAt') !== null;
}

/** An edit on its way shows an estimated time; a new message's time tells that it is on its way. */
function heard(snapshot: QueryDocumentSnapshot): Heard {
  const data = snapshot.data({ serverTimestamps: 'estimate' });
  return { ...data, id: snapshot.id, createdAt: snapshot.get('createdAt') } as Heard;
}
