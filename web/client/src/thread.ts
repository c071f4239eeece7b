/** The messages of a chat as one list: what the server has, and what is on its way there. Pure. */
import type { Message, Timestamp } from '../../../schema/exported/parley.js';

/** What somebody is about to say. One of `body` and `attachments` is there. */
export type Draft = Partial<Pick<Message, 'body' | 'attachments' | 'replyTo' | 'mentions' | 'attributes'>>;

/** A message on the screen. `sending` waits for the server, perhaps offline; `refused` will not arrive by itself. */
export interface ShownMessage extends Omit<Message, 'createdAt'> {
  id: string;
  state: 'sent' | 'sending' | 'refused';
  /** The server's time; nothing before the server has it. */
  createdAt?: Timestamp;
}

/** One's own message before the server's answer. */
export interface Echo extends Draft {
  id: string;
  senderId: string;
  state: 'sending' | 'refused';
}

/** A document as a listener tells it: a new one's `createdAt` is null until the server has set it. */
export type Heard = Omit<Message, 'createdAt'> & { id: string; createdAt: Timestamp | null };

export function compareTimes(one: Timestamp, other: Timestamp): number {
  return one.seconds - other.seconds || one.nanoseconds - other.nanoseconds;
}

/** By (`createdAt`, id), as everybody orders them. */
export function compareMessages(
  one: { id: string; createdAt: Timestamp }, other: { id: string; createdAt: Timestamp },
): number {
  return compareTimes(one.createdAt, other.createdAt) || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/**
 * All that is known of a chat's messages. Listeners tell of windows of it, which move on: what
 * falls out of a window stays known, since clients never remove a message.
 */
export class Thread {
  private readonly sent = new Map<string, Heard & { createdAt: Timestamp }>();
  private readonly unsent = new Map<string, Heard>();
  private readonly echoes = new Map<string, Echo>();

  /**
   * What the listener to the newest messages tells, newest first. Answers whether it joins what
   * was known: after a long time offline a full window may begin later than what is known ends;
   * then the older is forgotten, rather than shown with a hole.
   */
  hearNewest(window: Heard[], isFull: boolean): boolean {
    const arrived = window.filter((each) => each.createdAt !== null);
    const joins = !isFull || this.sent.size === 0 || arrived.some((each) => this.sent.has(each.id));
    if (!joins) this.forgetSent();
    this.unsent.clear();
    for (const each of window) if (each.createdAt === null) this.unsent.set(each.id, each);
    this.hear(arrived);
    return joins;
  }

  /** What the cache told may have holes: the server's first answer starts anew. */
  forgetSent(): void {
    this.sent.clear();
  }

  /** What a listener to older messages tells. */
  hear(messages: Heard[]): void {
    for (const message of messages) {
      const { createdAt } = message;
      if (createdAt !== null) this.sent.set(message.id, { ...message, createdAt });
    }
  }

  echo(echo: Echo): void {
    this.echoes.set(echo.id, echo);
  }

  /** The server has it, or the user gave it up. */
  forgetEcho(id: string): void {
    this.echoes.delete(id);
  }

  /** Oldest first; what is not sent yet at the end, in the order of the sending. */
  shown(): ShownMessage[] {
    const sent = [...this.sent.values()].sort(compareMessages)
      .map((each): ShownMessage => ({ ...each, state: 'sent' }));
    const echoes = [...this.echoes.values()].filter(({ id }) => !this.sent.has(id));
    // Those that an earlier run of the app left in the SDK's queue have no echo.
    const left = [...this.unsent.values()].filter(({ id }) => !this.sent.has(id) && !this.echoes.has(id))
      .map(({ createdAt: _, ...each }): ShownMessage => ({ ...each, state: 'sending' }));
    return [...sent, ...left, ...echoes];
  }
}
