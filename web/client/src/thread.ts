/** The messages of a chat as one list: what the server has, and what is on its way there. Pure. */
import type { Message, Timestamp } from '../../../schema/exported/parley.js';
import type { Draft } from './drafts.js';
import type { ParleyError } from './errors.js';
import { madeOnce } from './steady.js';
import { compareTimes } from './times.js';

/** A message on the screen. `sending` waits for the server, perhaps offline; `refused` will not arrive by itself. */
export interface ShownMessage extends Omit<Message, 'createdAt'> {
  id: string;
  state: 'sent' | 'sending' | 'refused';
  /** The server's time; nothing before the server has it. */
  createdAt?: Timestamp;
  /** Why it was refused, if that is known. */
  error?: ParleyError;
}

/** One's own message before the server's answer. */
export interface Echo extends Draft {
  id: string;
  senderId: string;
  state: 'sending' | 'refused';
  error?: ParleyError;
}

/** A document as a listener tells it: a new one's `createdAt` is null until the server has set it. */
export type Heard = Omit<Message, 'createdAt'> & { id: string; createdAt: Timestamp | null };

/** A place between messages, in their order. */
export interface Place {
  id: string;
  createdAt: Timestamp;
}

type Sent = Heard & Place;

/** By (`createdAt`, id), as everybody orders them. */
export function compareMessages(one: Place, other: Place): number {
  return compareTimes(one.createdAt, other.createdAt) || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/**
 * What is known of a chat's messages: a stretch of them without a hole. Listeners tell of windows
 * of it, which move on: what falls out of a window stays known, since clients never remove a
 * message, until the stretch is cut.
 */
export class Thread {
  private readonly sent = new Map<string, Sent>();
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
    this.hear(arrived);
    const waiting = window.filter((each) => each.createdAt === null);
    // What waits is newer than all that has arrived, so a window that holds any of that holds all of it.
    const holdsAllWaiting = arrived.length > 0 || window.length === 0;
    if (!joins || holdsAllWaiting) this.settleUnsent(joins, new Set(waiting.map(({ id }) => id)));
    for (const each of waiting.reverse()) {
      this.unsent.delete(each.id);
      this.unsent.set(each.id, each);
    }
    return joins;
  }

  /** What the cache told may have holes: the server's first answer starts anew. */
  forgetSent(): void {
    this.sent.clear();
  }

  /** What joins the stretch at one of its ends. */
  hear(messages: Heard[]): void {
    for (const message of messages) if (isSent(message)) this.sent.set(message.id, message);
  }

  /** What has changed of messages that are known; others may lie beyond where the stretch was cut. */
  hearChanges(messages: Heard[]): void {
    this.hear(messages.filter(({ id }) => this.sent.has(id)));
  }

  /** Cut the stretch to `size` messages at one end; answers whether any were forgotten. */
  cut(end: 'oldest' | 'newest', size: number): boolean {
    const surplus = this.sent.size - size;
    if (surplus <= 0) return false;
    const ordered = this.ordered();
    for (const { id } of end === 'oldest' ? ordered.slice(0, surplus) : ordered.slice(size)) this.sent.delete(id);
    return true;
  }

  /** Forget what lies beyond a place, on its older or its newer side. */
  cutBeyond(place: Place, side: 'older' | 'newer'): void {
    const sign = side === 'older' ? -1 : 1;
    for (const each of this.ordered()) if (sign * compareMessages(each, place) > 0) this.sent.delete(each.id);
  }

  /** The ends of the stretch, oldest first; nothing while it is empty. */
  ends(): [Place, Place] | undefined {
    const ordered = this.ordered();
    const [first, last] = [ordered[0], ordered.at(-1)];
    return first && last && [first, last];
  }

  get(id: string): ShownMessage | undefined {
    const known = this.sent.get(id);
    return known && shownSent(known);
  }

  echo(echo: Echo): void {
    this.echoes.set(echo.id, echo);
  }

  /** One's own message that was refused and not given up. */
  refused(id: string): Echo | undefined {
    const echo = this.echoes.get(id);
    return echo?.state === 'refused' ? echo : undefined;
  }

  /** The server has it, or the user gave it up. */
  forgetEcho(id: string): void {
    this.echoes.delete(id);
  }

  /** Oldest first; what is not sent yet at the end, in the order of the sending. */
  shown(): ShownMessage[] {
    const sent = this.ordered().map(shownSent);
    const echoes = [...this.echoes.values()].filter(({ id }) => !this.sent.has(id));
    // Those that an earlier run of the app left in the SDK's queue have no echo.
    const left = [...this.unsent.values()]
      .filter(({ id }) => !this.sent.has(id) && !this.echoes.has(id))
      .map(({ createdAt: _, ...each }): ShownMessage => ({ ...each, state: 'sending' }));
    return [...sent, ...left, ...echoes];
  }

  /** What waits no longer has arrived; what has not was refused, and an earlier run's has no promise that told so. */
  private settleUnsent(joins: boolean, waiting: Set<string>): void {
    for (const [id, message] of this.unsent) {
      if (waiting.has(id)) continue;
      this.unsent.delete(id);
      if (joins && !this.sent.has(id) && !this.echoes.has(id)) this.echo(refusedEcho(message));
    }
  }

  private ordered(): Sent[] {
    return [...this.sent.values()].sort(compareMessages);
  }
}

const shownSent = madeOnce((message: Sent): ShownMessage => ({ ...message, state: 'sent' }));

function isSent(message: Heard): message is Sent {
  return message.createdAt !== null;
}

function refusedEcho({ createdAt: _, ...message }: Heard): Echo {
  return { ...message, state: 'refused' };
}
