/** Who of the staff looks at a case, types there, and has unsent text: one document for each of them. */
import { serverTimestamp } from 'firebase/firestore';
import type { Desk as StoredDesk, UnsentAnswer } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { checkCalls } from './checking.js';
import { type Colleague, colleague, type Heard, SHOWN_MS, TYPING_MS } from './colleagues.js';
import type { Connection } from './connection.js';
import { DESK } from './dashboardForms.js';
import { SHOWN } from './forms.js';
import type { OwnHorizons } from './horizons.js';
import { LIMITS } from './limits.js';
import { Live, type Stop } from './live.js';
import { Turns } from './pacing.js';
import { newId, paths } from './paths.js';
import { compareTimes } from './times.js';

const SECOND_MS = 1_000;
const RENEWED_MS = LIMITS.DESK_RENEWED_SECONDS * SECOND_MS;
/** A little longer than the rules ask for, since the server's clock decides. */
const PACE_MS = LIMITS.DESK_SECONDS * SECOND_MS + 50;

/** What is in the composer, and the id that its message will have, if one was drawn. */
interface OwnDraft {
  body: string;
  messageId?: string | undefined;
}

/**
 * The others at a case. While it is open one is shown there oneself, which costs a write in 30 s and
 * each listening colleague a read; typing costs one in 2 s at most. Close it with the case.
 */
export class Desk extends Live<Colleague[]> {
  private readonly heard = new Map<string, Heard>();
  private readonly turns: Turns;
  private readonly own: string;
  private draft: OwnDraft | undefined;
  /** What was said and has not arrived, oldest first. */
  private answers: UnsentAnswer[] = [];
  /** Whether one has read or written the draft: before, a write would lose the stored one. */
  private knowsDraft = false;
  private loading: Promise<void> | undefined;
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
    private readonly chatId: string,
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

  /**
   * What one had typed or said here and not sent, oldest first, on any device; without what has arrived
   * all the same. A read the first time, and one for each text that is found.
   */
  async unsent(): Promise<UnsentAnswer[]> {
    if (!this.knowsDraft) {
      this.loading ??= this.load().finally(() => {
        this.loading = undefined;
      });
      await this.loading;
    }
    const { answers, draft } = this;
    return draft ? [...answers, { body: draft.body, messageId: draft.messageId ?? newId() }] : [...answers];
  }

  /**
   * Call at each change of the composer: colleagues see the typing and the text. An empty text clears it.
   * `messageId` is what the text will be sent under: once a message has that id, the draft is gone.
   */
  write(draft: string, messageId?: string): void {
    if (this.hasLeft) return;
    this.draft = isShown(draft) ? { body: draft, messageId } : undefined;
    this.isTyping = this.draft !== undefined;
    this.stopTyping();
    if (this.isTyping) this.stopTyping = this.connection.clock.after(TYPING_MS, () => this.typed());
    this.knowsDraft = true;
    this.save();
  }

  /** The draft was said: keep it under its message's id until `settle`. The composer is empty. */
  hold(messageId: string, body: string): void {
    const others = this.answers.filter((each) => each.messageId !== messageId);
    this.answers = isShown(body) ? [...others, { messageId, body }] : others;
    this.write('');
  }

  /** What was kept under this id was sent, or is wanted no more. After `close` too. */
  settle(messageId: string): void {
    const others = this.answers.filter((each) => each.messageId !== messageId);
    const isDraft = this.draft?.messageId === messageId;
    if (!isDraft && others.length === this.answers.length) return;
    this.answers = others;
    if (isDraft) this.draft = undefined;
    this.save();
  }

  override close(): void {
    this.closeWriter();
    super.close();
  }

  private async begin(): Promise<void> {
    // Without knowing the draft a renewal would wipe it out.
    await this.unsent().catch(() => undefined);
    if (this.knowsDraft) this.save();
  }

  private async load(): Promise<void> {
    const stored = ((await this.connection.get(this.own)) ?? {}) as Partial<StoredDesk>;
    const { draft, draftId, unsent = [] } = stored;
    const ids = [...unsent.map(({ messageId }) => messageId), ...(draftId === undefined ? [] : [draftId])];
    const arrived = new Set<string>();
    await Promise.all(ids.map(async (id) => (await this.hasArrived(id)) && arrived.add(id)));
    if (this.knowsDraft) return;
    this.answers = unsent.filter(({ messageId }) => !arrived.has(messageId));
    if (draft !== undefined && !arrived.has(draftId ?? '')) this.draft = { body: draft, messageId: draftId };
    this.knowsDraft = true;
  }

  /** Where it cannot be seen, the text is kept: sent again under its id it would not arrive twice. */
  private hasArrived(messageId: string): Promise<boolean> {
    return this.connection.isThere(paths.message(this.chatId, messageId)).catch(() => false);
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
    let isRepeat = false;
    while (this.isDue) {
      await this.turns.come();
      this.isDue = false;
      const isWritten = await this.turns
        .write(() => this.writeOnce())
        .then(
          () => true,
          () => false,
        );
      // Another device, or the same case before it was opened anew, may have written just now.
      if (!isWritten && !isRepeat) this.isDue = true;
      isRepeat = !isWritten;
    }
    this.stopRenewing();
    if (!this.hasLeft && !this.ended) {
      this.stopRenewing = this.connection.clock.after(RENEWED_MS, () => this.save());
    }
  }

  private writeOnce(): Promise<void> {
    const { draft, isTyping, hasLeft } = this;
    const unsent = this.answers.slice(0, LIMITS.DESK_UNSENT);
    const desk = {
      viewedAt: serverTimestamp(),
      ...(draft && { draft: draft.body, ...(draft.messageId !== undefined && { draftId: draft.messageId }) }),
      ...(unsent.length > 0 && { unsent }),
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
    this.set(shown.filter(({ isViewing, draft, unsent }) => isViewing || draft !== undefined || unsent !== undefined));
    this.stopFading();
    const ends = [...this.heard.values()].flatMap(({ at }) => [at + TYPING_MS, at + SHOWN_MS]);
    const next = Math.min(...ends.filter((end) => end > now));
    if (Number.isFinite(next)) this.stopFading = this.connection.clock.after(next - now, () => this.show());
  }
}

/** The rules keep no text without a visible character. */
function isShown(text: string): boolean {
  return text !== '' && SHOWN.isMet(text);
}
