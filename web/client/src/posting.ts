/** Send, edit and delete messages, and react. */
import { deleteField, serverTimestamp } from 'firebase/firestore';
import { ACTS } from './acts.js';
import { POSTING } from './callForms.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import type { Draft } from './drafts.js';
import { isRefusal, ParleyError } from './errors.js';
import { LIMITS } from './limits.js';
import { Turns } from './pacing.js';
import { newId, paths } from './paths.js';
import { type ChatPaces, pacesOf } from './postPace.js';
import { Refusals } from './refusals.js';
import type { Echo } from './thread.js';
import type { TypingSignal } from './typing.js';

/** The sender: the user, or a dashboard through one of its staff. */
export interface Speaker {
  memberId: string;
  /** The staff member who speaks for `service:{serviceId}`. */
  staffId?: string;
}

/** Where echoes are shown. */
export interface EchoBoard {
  echo(echo: Echo): void;
  forgetEcho(id: string): void;
  refused(id: string): Echo | undefined;
}

/** A message on its way. */
export interface Posted {
  id: string;
  /**
   * Resolves when the server has the message. Rejects with a `ParleyError` when it is refused, and the
   * message stays on the screen as `refused`. Offline it waits. With a persistent cache, ending the app
   * does not lose it; of more than five of a chat that wait, only after `Parley.close`.
   */
  sent: Promise<void>;
}

export class Posting {
  private readonly refusals: Refusals;
  /** The turns of messages that were edited just now. */
  private readonly turns = new Map<string, Turns>();
  private readonly edits = new Set<Promise<void>>();
  /** A dashboard has none. */
  private readonly paces: ChatPaces | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly speaker: Speaker,
    private readonly board: EchoBoard,
    /** The user's typing, which ends when a message is sent. */
    private readonly typing?: Pick<TypingSignal, 'endIn'>,
  ) {
    this.refusals = new Refusals(connection, chatId, speaker);
    this.paces = speaker.staffId === undefined ? pacesOf(connection, chatId) : undefined;
    checkCalls<Posting>(this, POSTING);
  }

  /**
   * Show a message at once, and send it with its outbox document in one commit, at most 5 a second and
   * 60 a minute in a chat: more wait for their turn. Throws and shows nothing if a field is wrong or over
   * its limit. Under an `id` that one has drawn by `newId` a message cannot arrive twice, whoever sends it
   * again.
   */
  send(draft: Draft, id = newId()): Posted {
    const { memberId: senderId } = this.speaker;
    return this.post({ ...withoutUndefined(draft), id, senderId, state: 'sending' });
  }

  /** Send a refused message again under the same id, so that it cannot arrive twice. */
  retry(id: string): Posted {
    const echo = this.board.refused(id);
    if (echo) return this.post(echo);
    throw new ParleyError({
      act: ACTS.send,
      reason: 'unknownMessage',
      code: 'not-found',
      why: `no message ${id} was refused, or it was discarded`,
    });
  }

  /** Take a refused message off the screen. */
  discard(id: string): void {
    this.board.forgetEcho(id);
  }

  /**
   * Edit a message; for its sender, while they may post. The rules take an edit 2 s after the last one
   * of the message, and the server 60 a minute in a chat: one that comes sooner waits, and edits of a
   * message arrive in their order.
   */
  async edit(messageId: string, body: string): Promise<void> {
    if (this.connection.isClosed) return this.connection.write(ACTS.edit, () => undefined);
    const edited = this.editInTurn(this.turnsOf(messageId), messageId, body);
    this.edits.add(edited);
    try {
      await edited;
    } finally {
      this.edits.delete(edited);
    }
  }

  /** Resolve when the edits that wait are written or refused, and the messages that wait on their way. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.edits, this.paces?.posts.settled()]);
  }

  /** Delete a message's content; for its sender, or an owner or admin of the chat. Idempotent. */
  async remove(messageId: string): Promise<void> {
    const gone = deleteField();
    try {
      await this.connection.write(ACTS.remove, (batch) => {
        batch.update(paths.message(this.chatId, messageId), {
          body: gone,
          attachments: gone,
          mentions: gone,
          attributes: gone,
          deletedAt: serverTimestamp(),
        });
      });
    } catch (error) {
      const refusal = await this.refusals.remove(error as ParleyError, messageId);
      // After a lost answer the SDK sends again, which is refused because it is done.
      if (refusal.reason !== 'deletedMessage') throw refusal;
    }
  }

  /** Set the sender's reaction, replacing an earlier one; null removes it. */
  async react(messageId: string, emoji: string | null): Promise<void> {
    const path = `${paths.reactions(this.chatId, messageId)}/${this.speaker.memberId}`;
    try {
      await this.connection.write(ACTS.react, (batch) => {
        if (emoji === null) batch.remove(path);
        else batch.set(path, { emoji, createdAt: serverTimestamp() });
      });
    } catch (error) {
      throw await this.refusals.react(error as ParleyError, messageId);
    }
  }

  private async editInTurn(turns: Turns, messageId: string, body: string): Promise<void> {
    for (let isRepeat = false; ; isRepeat = true) {
      try {
        return await turns.inLine(() => this.inPace(() => this.writeEdit(messageId, body)));
      } catch (failed) {
        const error = failed as ParleyError;
        // Another device may have edited it just now.
        const isTooSoon = !isRepeat && (await this.refusals.mayBeTooSoon(error, messageId));
        if (!isTooSoon) throw await this.refusals.edit(error, messageId);
      }
    }
  }

  /** A dashboard's edits are not counted. */
  private inPace<T>(write: () => Promise<T>): Promise<T> {
    return this.paces ? this.paces.edits.post(write) : write();
  }

  private writeEdit(messageId: string, body: string): Promise<void> {
    return this.connection.settle(ACTS.edit, (batch) => {
      batch.update(paths.message(this.chatId, messageId), { body, editedAt: serverTimestamp() });
      this.typing?.endIn(batch);
    });
  }

  private turnsOf(messageId: string): Turns {
    for (const [id, { isIdle }] of this.turns) if (isIdle) this.turns.delete(id);
    const turns = this.turns.get(messageId) ?? new Turns(this.connection.clock, LIMITS.EDIT_SECONDS * 1_000);
    this.turns.set(messageId, turns);
    return turns;
  }

  private post(echo: Echo): Posted {
    const { error: _, ...fresh } = echo;
    const sent = this.deliver({ ...fresh, state: 'sending' });
    // An app that shows the echo's state need not catch it.
    sent.catch(() => undefined);
    return { id: echo.id, sent };
  }

  private async deliver(echo: Echo): Promise<void> {
    this.board.echo(echo);
    try {
      await this.writeInTurn(echo);
    } catch (failed) {
      const error = await this.whyNotSent(failed as ParleyError, echo.id);
      if (error) {
        this.board.echo({ ...echo, state: 'refused', error });
        throw error;
      }
    }
    this.board.forgetEcho(echo.id);
  }

  private writeInTurn(echo: Echo): Promise<void> {
    if (!this.paces || this.connection.isClosed) return this.write(echo, 'write');
    // What had to wait was sent before a `close`.
    return this.paces.posts.post(() => this.write(echo, this.connection.isClosed ? 'settle' : 'write'));
  }

  private write({ id, state: _, ...message }: Echo, way: 'write' | 'settle'): Promise<void> {
    const { memberId: senderId, staffId } = this.speaker;
    const createdAt = serverTimestamp();
    return this.connection[way](ACTS.send, (batch) => {
      batch.set(paths.message(this.chatId, id), {
        ...message,
        senderId,
        ...(staffId !== undefined && { staffId }),
        createdAt,
      });
      batch.set(paths.outbox(this.chatId, id), {
        chatId: this.chatId,
        messageId: id,
        senderId,
        createdAt,
        shard: Math.floor(Math.random() * LIMITS.INBOX_SHARDS),
      });
      // In the same batch, so that nobody sees the user type a message that already arrived.
      this.typing?.endIn(batch);
    });
  }

  /**
   * Return why a message was not sent, or nothing if it was. After a lost answer the SDK sends again,
   * which is refused because the message exists; so look after a refusal.
   */
  private async whyNotSent(failed: ParleyError, id: string): Promise<ParleyError | undefined> {
    if (!isRefusal(failed)) return failed;
    try {
      if (await this.connection.isThere(paths.message(this.chatId, id))) return undefined;
    } catch (unread) {
      // It is unknown whether the message exists, and so why it was refused.
      if (!isRefusal(unread)) return failed;
    }
    return this.refusals.post(failed);
  }
}
