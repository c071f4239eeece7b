/**
 * The pace of a person's posts in a chat, and of their edits. The rules take posts at any pace, and
 * edits of one message after another; the server mutes who is over its limits. So what is over them
 * waits here, in its order.
 */
import type { Connection } from './connection.js';
import { LIMITS } from './limits.js';
import { isWithin } from './pacing.js';

/** How often it is looked at again whether the next post may begin. */
const LOOK_MS = 1_000;
/** How long posts keep their pace after `close`; then the SDK gets them all, which keeps them. */
const HURRY_MS = 2_000;

interface Pace {
  readonly count: number;
  readonly interval: number;
}

const POSTS: readonly Pace[] = [
  { count: LIMITS.POSTS_PER_SECOND, interval: 1_000 },
  { count: LIMITS.POSTS_PER_MINUTE, interval: 60_000 },
];
/** The server counts edits apart from posts, and by the minute alone. */
const EDITS: readonly Pace[] = [{ count: LIMITS.POSTS_PER_MINUTE, interval: 60_000 }];

/**
 * A post begins a second after the answer to the fifth before it, and a minute after the answer to the
 * sixtieth. The server's time of a post lies between its beginning and its answer, so by that time too
 * there are never more. Offline, the sixth post waits until the first is answered: the network brings
 * at once what the SDK holds.
 */
export class PostPace {
  /** The latest posts, in the order in which they began. */
  private readonly begun: { answeredAt?: number }[] = [];
  private line: Promise<unknown> = Promise.resolve();
  private lined = 0;
  private closedAt: number | undefined;

  constructor(
    private readonly connection: Pick<Connection, 'clock' | 'isClosed'>,
    private readonly paces: readonly Pace[] = POSTS,
  ) {}

  /** Write a post, at once if it may be, and else after all that wait. */
  post<T>(write: () => Promise<T>): Promise<T> {
    if (this.lined === 0 && this.wait === 0) return this.begin(write);
    this.lined += 1;
    const begun = this.line.then(async () => {
      for (let { wait } = this; wait > 0; wait = this.wait) {
        const look = Math.min(wait, LOOK_MS);
        await new Promise<void>((resolve) => this.connection.clock.after(look, resolve));
      }
      this.lined -= 1;
      return { written: this.begin(write) };
    });
    this.line = begun;
    return begun.then(({ written }) => written);
  }

  /** Resolve when all that wait have begun. */
  async settled(): Promise<void> {
    await this.line;
  }

  private async begin<T>(write: () => Promise<T>): Promise<T> {
    const one: { answeredAt?: number } = {};
    this.begun.push(one);
    this.begun.splice(0, this.begun.length - LIMITS.POSTS_PER_MINUTE);
    try {
      return await write();
    } finally {
      one.answeredAt = this.connection.clock.now();
    }
  }

  private get wait(): number {
    const now = this.connection.clock.now();
    if (this.connection.isClosed) this.closedAt ??= now;
    if (this.closedAt !== undefined && !isWithin(HURRY_MS, this.closedAt, now)) return 0;
    const waits = this.paces.map(({ count, interval }) => {
      const before = this.begun.at(-count);
      if (!before) return 0;
      if (before.answeredAt === undefined) return LOOK_MS;
      return isWithin(interval, before.answeredAt, now) ? before.answeredAt + interval - now : 0;
    });
    return Math.max(...waits);
  }
}

/** What one person does in one chat. */
export interface ChatPaces {
  readonly posts: PostPace;
  readonly edits: PostPace;
}

const paces = new WeakMap<Connection, Map<string, ChatPaces>>();

/** The paces of a chat, which all its screens share. */
export function pacesOf(connection: Connection, chatId: string): ChatPaces {
  const ofChats = paces.get(connection) ?? new Map<string, ChatPaces>();
  paces.set(connection, ofChats);
  const found = ofChats.get(chatId) ?? {
    posts: new PostPace(connection),
    edits: new PostPace(connection, EDITS),
  };
  ofChats.set(chatId, found);
  return found;
}
