/** Who is typing: written at most every 5 s, shown for 8 s after it arrived. */
import { limit, serverTimestamp } from 'firebase/firestore';
import type { Timestamp, TypingIndicator } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Batch } from './batches.js';
import type { Connection } from './connection.js';
import { listenWithRests } from './flapping.js';
import { LIMITS } from './limits.js';
import { Live, type Stop } from './live.js';
import type { MessagesShown } from './messages.js';
import { type Clock, Throttle } from './pacing.js';
import { paths } from './paths.js';
import type { ShownMessage } from './thread.js';
import { compareTimes } from './times.js';

export const REPEATED_MS = 5_000;
export const SHOWN_MS = 8_000;

/** The user's own typing. A sent or edited message, leaving and closing end it. */
export class TypingSignal {
  private readonly pace: Throttle;
  private readonly path: string;
  /** Whether others may be shown that one types: nothing was written since that was taken away. */
  private isShown = false;
  private isClosed = false;
  /** How often one was shown, to tell which write was refused. */
  private shown = 0;

  constructor(
    private readonly connection: Connection,
    chatId: string,
    memberId: string,
  ) {
    this.path = `${paths.typing(chatId)}/${memberId}`;
    this.pace = new Throttle(connection.clock, REPEATED_MS, () => this.show());
  }

  /** Call at each keystroke. */
  keystroke(): void {
    if (!this.isClosed) this.pace.call();
  }

  /** Call when the text is discarded. Writes only if others may see the typing. Sending does this too. */
  stop(): void {
    if (this.isShown) void this.write((batch) => this.endIn(batch));
  }

  /** The same as part of another write, which ends the typing if it arrives; the next keystroke begins anew. */
  endIn({ remove }: Pick<Batch, 'remove'>): void {
    this.pace.reset();
    if (!this.isShown) return;
    this.isShown = false;
    remove(this.path);
  }

  /** Also once the Parley is closed: whoever signs out types no more. */
  close(): Promise<unknown> {
    this.isClosed = true;
    if (!this.isShown) return Promise.resolve();
    return this.connection.settle(ACTS.type, (batch) => this.endIn(batch)).catch(() => undefined);
  }

  private show(): void {
    this.isShown = true;
    this.shown += 1;
    const { shown } = this;
    void this.write(({ set }) => set(this.path, { at: serverTimestamp() })).then((isWritten) => {
      if (!isWritten && shown === this.shown) this.isShown = false;
    });
  }

  /** Nobody waits for it, and a refused one shows nothing that would be missed. Answers whether it was written. */
  private write(add: (batch: Batch) => void): Promise<boolean> {
    return this.connection.write(ACTS.type, add).then(
      () => true,
      () => false,
    );
  }
}

/** Who is shown as typing, by this device's clock: clocks of other devices differ. */
export class TypingBoard {
  private readonly until = new Map<string, { written: Timestamp; cancel: () => void }>();

  constructor(
    private readonly clock: Clock,
    private readonly changed: (memberIds: string[]) => void,
  ) {}

  /** `written` is the server's time of the keystrokes: the same again is no news. */
  arrived(memberId: string, written: Timestamp): void {
    const known = this.until.get(memberId);
    if (known && compareTimes(known.written, written) === 0) return;
    known?.cancel();
    const cancel = this.clock.after(SHOWN_MS, () => this.gone(memberId));
    this.until.set(memberId, { written, cancel });
    if (!known) this.tell();
  }

  /** They stopped. */
  gone(memberId: string): void {
    this.until.get(memberId)?.cancel();
    if (this.until.delete(memberId)) this.tell();
  }

  /** Those who have said something since their keystrokes type no more. */
  endThoseWho(haveSaidSince: (memberId: string, written: Timestamp) => boolean): void {
    for (const [memberId, { written }] of [...this.until]) if (haveSaidSince(memberId, written)) this.gone(memberId);
  }

  close(): void {
    for (const { cancel } of this.until.values()) cancel();
    this.until.clear();
  }

  private tell(): void {
    this.changed([...this.until.keys()].sort());
  }
}

/**
 * Watch the ids of the others who type. An indicator from before may be a day old, and no clock here
 * can tell; people who go on typing write again within 5 s. A member whose message is in `messages`
 * was typing it.
 */
export function watchTyping(
  connection: Connection,
  chatId: string,
  memberId: string,
  messages: Live<MessagesShown>,
): Live<string[]> {
  const live = new Live<string[]>();
  const board = new TypingBoard(connection.clock, (memberIds) => live.set(memberIds));
  const told = new Map<string, Timestamp>();
  let hasBegun = false;
  const haveSaidSince = (id: string, written: Timestamp): boolean =>
    saidSince(messages.value?.messages ?? [], id, written);
  const some = [limit(LIMITS.SMALL_GROUP)];
  const listen = (changed: (id: string) => void): Stop => {
    told.clear();
    hasBegun = false;
    return connection.watch(
      paths.typing(chatId),
      some,
      ({ docs, isFromCache }) => {
        const now = new Set<string>();
        for (const each of docs) {
          const { at } = each.data() as { at: TypingIndicator['at'] | null };
          if (each.id === memberId || !at) continue;
          now.add(each.id);
          const known = told.get(each.id);
          if (known && compareTimes(known, at) === 0) continue;
          told.set(each.id, at);
          if (hasBegun) changed(each.id);
          if (hasBegun && !haveSaidSince(each.id, at)) board.arrived(each.id, at);
        }
        for (const id of told.keys()) {
          if (!now.has(id)) {
            told.delete(id);
            board.gone(id);
          }
        }
        if (!isFromCache && !hasBegun) {
          hasBegun = true;
          if (!live.value) live.set([]);
        }
      },
      (error) => live.fail(error),
    );
  };
  live.whenClosed(
    () => board.close(),
    listenWithRests(connection.clock, listen),
    messages.subscribe(() => board.endThoseWho(haveSaidSince)),
  );
  return live;
}

/** Whether somebody has said something at a time or later; of messages in their order, those on their way at the end. */
function saidSince(messages: ShownMessage[], memberId: string, time: Timestamp): boolean {
  for (const { senderId, createdAt } of [...messages].reverse()) {
    if (!createdAt) continue;
    if (compareTimes(createdAt, time) < 0) return false;
    if (senderId === memberId) return true;
  }
  return false;
}
