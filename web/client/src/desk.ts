/** Who of the staff looks at a case, types there, and has unsent text: one document for each of them. */
import { serverTimestamp } from 'firebase/firestore';
import type { Desk as StoredDesk, Timestamp } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { DESK } from './dashboardForms.js';
import { SHOWN } from './forms.js';
import type { OwnHorizons } from './horizons.js';
import { LIMITS } from './limits.js';
import { Live, type Stop } from './live.js';
import { Turns } from './pacing.js';
import { paths } from './paths.js';
import { compareTimes } from './times.js';

const SECOND_MS = 1_000;
/** How long somebody is shown at a case, and as typing, after they were last heard of. */
const SHOWN_MS = LIMITS.DESK_SHOWN_SECONDS * SECOND_MS;
const TYPING_MS = 8 * SECOND_MS;
const RENEWED_MS = LIMITS.DESK_RENEWED_SECONDS * SECOND_MS;
/** A little longer than the rules ask for, since the server's clock decides. */
const PACE_MS = LIMITS.DESK_SECONDS * SECOND_MS + 50;

/** One of the other staff at a case; `draft` is what they have not sent. */
export interface Colleague {
  staffId: string;
  isViewing: boolean;
  isTyping: boolean;
  draft?: string;
  viewedAt: Timestamp;
}

interface Heard {
  desk: StoredDesk;
  /** By this device's clock; of a desk from before it is unknown how old it is. */
  at: number;
}

/**
 * The others at a case. While it is open one is shown there oneself, which costs a write in 30 s and
 * each listening colleague a read; typing costs one in 2 s at most. Close it with the case.
 */
export class Desk extends Live<Colleague[]> {
  private readonly heard = new Map<string, Heard>();
  private readonly turns: Turns;
  private readonly own: string;
  private draft: string | undefined;
  /** Whether one has read or written the draft: before, a write would lose the stored one. */
  private knowsDraft = false;
  private isTyping = false;
  private hasLeft = false;
  private isWriting: Promise<void> | undefined;
  private isDue = false;
  private hasBegun = false;
  private stopRenewing: Stop = () => undefined;
  private stopFading: Stop = () => undefined;
  private stopTyping: Stop = () => undefined;
  private readonly closeWriter: Stop;

  constructor(
    private readonly connection: Connection,
    horizons: OwnHorizons,
    chatId: string,
  ) {
    super();
    this.turns = new Turns(connection.clock, PACE_MS);
    this.own = `${paths.desk(chatId)}/${connection.uid}`;
    this.whenClosed(
      connection.watch(
        paths.desk(chatId),
        [],
        ({ docs, isFromCache }) => {
          this.hear(new Map(docs.map((each) => [each.id, each.data() as StoredDesk])));
          if (!isFromCache) this.hasBegun = true;
        },
        (error) => this.fail(error),
      ),
      () => this.stopRenewing(),
      () => this.stopFading(),
      () => this.stopTyping(),
    );
    this.closeWriter = horizons.hold({ close: () => this.leave() });
    checkCalls<Desk, keyof Live<unknown>>(this, DESK);
    void this.begin();
  }

  /** What one had typed here and not sent, on any device. A read the first time. */
  async savedDraft(): Promise<string | undefined> {
    if (!this.knowsDraft) {
      const stored = ((await this.connection.get(this.own)) ?? {}) as Partial<StoredDesk>;
      if (!this.knowsDraft) this.draft = stored.draft;
      this.knowsDraft = true;
    }
    return this.draft;
  }

  /** Call at each change of the composer: colleagues see the typing and the text. An empty text clears it. */
  write(draft: string): void {
    if (this.hasLeft) return;
    this.draft = isShown(draft) ? draft : undefined;
    this.knowsDraft = true;
    this.isTyping = this.draft !== undefined;
    this.stopTyping();
    if (this.isTyping) this.stopTyping = this.connection.clock.after(TYPING_MS, () => this.typed());
    this.save();
  }

  /** The draft was sent. */
  sent(): void {
    this.write('');
  }

  override close(): void {
    this.closeWriter();
    super.close();
  }

  private async begin(): Promise<void> {
    // Without knowing the draft a renewal would wipe it out.
    await this.savedDraft().catch(() => undefined);
    if (this.knowsDraft) this.save();
  }

  private typed(): void {
    this.isTyping = false;
    this.save();
  }

  /** Leave the case; the draft stays. Resolves when it is written or lost. */
  private async leave(): Promise<void> {
    if (this.hasLeft) return this.isWriting;
    this.hasLeft = true;
    this.isTyping = false;
    this.stopRenewing();
    this.stopTyping();
    if (!this.knowsDraft) return;
    this.save();
    await this.isWriting;
  }

  /** Write as soon as the pace allows, and what changed meanwhile with it. */
  private save(): void {
    this.isDue = true;
    this.isWriting ??= this.writeAll().finally(() => {
      this.isWriting = undefined;
    });
  }

  private async writeAll(): Promise<void> {
    while (this.isDue) {
      await this.turns.come();
      this.isDue = false;
      await this.turns.write(() => this.writeOnce()).catch(() => undefined);
    }
    this.stopRenewing();
    if (!this.hasLeft && !this.ended) {
      this.stopRenewing = this.connection.clock.after(RENEWED_MS, () => this.save());
    }
  }

  private writeOnce(): Promise<void> {
    const { draft, isTyping, hasLeft } = this;
    const desk = {
      viewedAt: serverTimestamp(),
      ...(draft !== undefined && { draft }),
      ...(isTyping && { typing: true }),
      ...(hasLeft && { left: true }),
    };
    return this.connection.settle(ACTS.desk, ({ set }) => set(this.own, desk));
  }

  private hear(desks: Map<string, StoredDesk>): void {
    const now = this.connection.clock.now();
    for (const [staffId, desk] of desks) {
      if (staffId === this.connection.uid || !desk.viewedAt) continue;
      const known = this.heard.get(staffId);
      if (known && compareTimes(known.desk.viewedAt, desk.viewedAt) === 0) continue;
      // Of what stood there before, the server's time is all there is to go by.
      const at = this.hasBegun ? now : Math.min(now, desk.viewedAt.toMillis());
      this.heard.set(staffId, { desk, at });
    }
    this.show();
  }

  private show(): void {
    const now = this.connection.clock.now();
    const shown = [...this.heard].map(([staffId, each]) => colleague(staffId, each, now));
    this.set(shown.filter(({ isViewing, draft }) => isViewing || draft !== undefined));
    this.stopFading();
    const ends = [...this.heard.values()].flatMap(({ at }) => [at + TYPING_MS, at + SHOWN_MS]);
    const next = Math.min(...ends.filter((end) => end > now));
    if (Number.isFinite(next)) this.stopFading = this.connection.clock.after(next - now, () => this.show());
  }
}

function colleague(staffId: string, { desk, at }: Heard, now: number): Colleague {
  const isViewing = !desk.left && now < at + SHOWN_MS;
  return {
    staffId,
    isViewing,
    isTyping: isViewing && desk.typing === true && now < at + TYPING_MS,
    ...(desk.draft !== undefined && { draft: desk.draft }),
    viewedAt: desk.viewedAt,
  };
}

/** The rules keep no text without a visible character. */
function isShown(text: string): boolean {
  return text !== '' && SHOWN.isMet(text);
}
