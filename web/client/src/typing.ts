/** Who is typing: written at most every 5 s, shown for 8 s after it arrived. */
import { limit, serverTimestamp } from 'firebase/firestore';
import type { TypingIndicator } from '../../../schema/exported/parley.js';
import type { Batch, Connection } from './connection.js';
import { LIMITS } from './limits.js';
import { Live } from './live.js';
import { Throttle, type Clock } from './pacing.js';
import { paths } from './paths.js';

export const REPEATED_MS = 5_000;
export const SHOWN_MS = 8_000;

/** One's own keystrokes. */
export class TypingSignal {
  private readonly pace: Throttle;
  private readonly path: string;

  constructor(private readonly connection: Connection, chatId: string, memberId: string) {
    this.path = `${paths.typing(chatId)}/${memberId}`;
    this.pace = new Throttle(connection.clock, REPEATED_MS, () => {
      this.write(({ set }) => set(this.path, { at: serverTimestamp() }));
    });
  }

  /** Call at each keystroke. */
  keystroke(): void {
    this.pace.call();
  }

  /** The message was sent or thrown away; nothing is written unless somebody could see one type. */
  stop(): void {
    if (!this.pace.hasActed) return;
    this.pace.reset();
    this.write(({ remove }) => remove(this.path));
  }

  /** Nobody waits for it, and a refused one shows nothing that would be missed. */
  private write(add: (batch: Batch) => void): void {
    this.connection.write('tell that you type', add).catch(() => undefined);
  }
}

/** Who is shown as typing, by a clock of one's own: clocks of other devices differ. */
export class TypingBoard {
  private readonly until = new Map<string, { written: number; cancel: () => void }>();

  constructor(
    private readonly clock: Clock, private readonly changed: (memberIds: string[]) => void,
  ) {}

  /** `written` is the server's time of the keystrokes: the same again is no news. */
  arrived(memberId: string, written: number): void {
    const known = this.until.get(memberId);
    if (known?.written === written) return;
    known?.cancel();
    const cancel = this.clock.after(SHOWN_MS, () => this.expire(memberId));
    this.until.set(memberId, { written, cancel });
    if (!known) this.tell();
  }

  /** They stopped. */
  gone(memberId: string): void {
    this.until.get(memberId)?.cancel();
    if (this.until.delete(memberId)) this.tell();
  }

  close(): void {
    for (const { cancel } of this.until.values()) cancel();
    this.until.clear();
  }

  private expire(memberId: string): void {
    if (this.until.delete(memberId)) this.tell();
  }

  private tell(): void {
    this.changed([...this.until.keys()].sort());
  }
}

/**
 * The ids of the others who type. What was there before one looked may be of yesterday, and no
 * clock here can tell: whoever goes on typing tells again within 5 s.
 */
export function watchTyping(connection: Connection, chatId: string, memberId: string): Live<string[]> {
  const live = new Live<string[]>();
  const board = new TypingBoard(connection.clock, (memberIds) => live.set(memberIds));
  const told = new Map<string, number>();
  let hasBegun = false;
  const some = [limit(LIMITS.SMALL_GROUP)];
  live.whenClosed(() => board.close(), connection.watch(paths.typing(chatId), some, ({ docs, isFromCache }) => {
    const now = new Set<string>();
    for (const each of docs) {
      const { at } = each.data() as { at: TypingIndicator['at'] | null };
      if (each.id === memberId || !at) continue;
      now.add(each.id);
      const written = at.toMillis();
      if (told.get(each.id) === written) continue;
      told.set(each.id, written);
      if (hasBegun) board.arrived(each.id, written);
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
  }, (error) => live.fail(error)));
  return live;
}
