/** The answers of a case on the screen, from when they are said until the server has them. */
import type { ChatSession, Desk, Draft, Posted } from 'parley-client';
import type { AnsweredCase, UnderWay } from '../../session/underWay.js';
import { type Clock, Outbox, systemClock } from './outbox.js';

type Session = Pick<ChatSession, 'chatId' | 'messages' | 'posting'>;

/** The desk keeps each text until it has arrived, so that neither a crash nor a refusal loses it. */
export class Answers implements AnsweredCase {
  readonly outbox: Outbox;
  /** Gets what is taken back: the composer, while it is on the screen. */
  takenBack: (messageId: string, draft: Draft) => void = () => undefined;
  private isClosed = false;
  private readonly leave: () => void;

  constructor(
    private readonly session: Session,
    private readonly desk: Pick<Desk, 'hold' | 'settle'>,
    private readonly underWay: UnderWay,
    clock: Clock = systemClock,
  ) {
    this.outbox = new Outbox((id, draft) => void this.follow(id, draft, () => session.posting.send(draft, id)), clock);
    this.outbox.takenBack = (id, draft) => {
      underWay.end(id);
      this.takenBack(id, draft);
    };
    this.leave = underWay.open(session.chatId, this);
  }

  /** Send an answer under an id of its own, unless it is taken back within a few seconds. */
  hold(messageId: string, draft: Draft): void {
    this.underWay.begin(messageId);
    this.desk.hold(messageId, draft.body ?? '');
    this.outbox.hold(messageId, draft);
  }

  /** Send one again that the thread shows as refused. */
  retry(messageId: string): void {
    const { body, attachments, replyTo } = this.session.messages.refused(messageId) ?? {};
    const draft = { ...(body && { body }), ...(attachments && { attachments }), ...(replyTo && { replyTo }) };
    void this.follow(messageId, draft, () => this.session.posting.retry(messageId));
  }

  /** Give one up that the thread shows as refused. */
  discard(messageId: string): void {
    this.session.posting.discard(messageId);
    this.settle(messageId);
  }

  shows(messageId: string): boolean {
    return this.session.messages.value?.messages.some(({ id }) => id === messageId) ?? false;
  }

  settle(messageId: string): void {
    this.desk.settle(messageId);
  }

  /** Send at once what is held; the case leaves the screen. */
  close(): void {
    this.outbox.flush();
    this.isClosed = true;
    this.leave();
  }

  private async follow(messageId: string, draft: Draft, post: () => Posted): Promise<void> {
    const { chatId } = this.session;
    this.underWay.begin(messageId);
    try {
      await post().sent;
    } catch (error) {
      this.underWay.end(messageId);
      // The thread of a case on the screen says why, and how to send it again.
      if (this.isClosed || !this.shows(messageId)) this.underWay.refuse({ messageId, chatId, draft, error });
      return;
    }
    this.underWay.end(messageId);
    (this.underWay.caseOf(chatId) ?? this).settle(messageId);
  }
}
