/** Saying something in a chat, and taking it back. */
import { deleteField, serverTimestamp } from 'firebase/firestore';
import { ACTS } from './acts.js';
import { POSTING } from './callForms.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import type { Draft } from './drafts.js';
import { isRefusal, ParleyError } from './errors.js';
import { LIMITS } from './limits.js';
import { newId, paths } from './paths.js';
import { Refusals } from './refusals.js';
import type { Echo } from './thread.js';
import type { TypingSignal } from './typing.js';

/** As whom one speaks: oneself, or a dashboard as one of its staff. */
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
   * Resolves when the server has it, and rejects with a `ParleyError` when it was refused; the
   * message then stays on the screen as `refused`, with that error. Offline it waits; closing the
   * app does not lose the message if the SDK's cache is persistent.
   */
  sent: Promise<void>;
}

export class Posting {
  private readonly refusals: Refusals;

  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly speaker: Speaker,
    private readonly board: EchoBoard,
    /** One's own, which ends with what is sent. */
    private readonly typing?: Pick<TypingSignal, 'endIn'>,
  ) {
    this.refusals = new Refusals(connection, chatId, speaker);
    checkCalls<Posting>(this, POSTING);
  }

  /**
   * Show at once, and send with its outbox document or not at all. Throws, and shows nothing, when
   * a field of the draft is wrong or over its limit.
   */
  send(draft: Draft): Posted {
    const { memberId: senderId } = this.speaker;
    return this.post({ ...withoutUndefined(draft), id: newId(), senderId, state: 'sending' });
  }

  /** Send a refused message again, under its id: it cannot arrive twice. */
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

  /** By the sender alone, while it may post. */
  async edit(messageId: string, body: string): Promise<void> {
    try {
      await this.connection.write(ACTS.edit, (batch) => {
        batch.update(paths.message(this.chatId, messageId), { body, editedAt: serverTimestamp() });
        this.typing?.endIn(batch);
      });
    } catch (error) {
      throw await this.refusals.edit(error as ParleyError, messageId);
    }
  }

  /** By the sender, or by an owner or admin of the chat: the words go, the place stays. Deleted before is deleted. */
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
      // If an answer is lost the SDK sends again, which is refused since it is done.
      if (refusal.reason !== 'deletedMessage') throw refusal;
    }
  }

  /** One's own reaction, or the dashboard's, in place of an earlier one; null takes it away. */
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

  private post(echo: Echo): Posted {
    const { error: _, ...fresh } = echo;
    const sent = this.deliver({ ...fresh, state: 'sending' });
    // Whoever shows the echo's state need not catch it.
    sent.catch(() => undefined);
    return { id: echo.id, sent };
  }

  private async deliver(echo: Echo): Promise<void> {
    this.board.echo(echo);
    try {
      await this.write(echo);
    } catch (failed) {
      const error = await this.whyNotSent(failed as ParleyError, echo.id);
      if (error) {
        this.board.echo({ ...echo, state: 'refused', error });
        throw error;
      }
    }
    this.board.forgetEcho(echo.id);
  }

  private write({ id, state: _, ...message }: Echo): Promise<void> {
    const { memberId: senderId, staffId } = this.speaker;
    const createdAt = serverTimestamp();
    return this.connection.write(ACTS.send, (batch) => {
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
      // In the same batch: nobody sees one type what they read.
      this.typing?.endIn(batch);
    });
  }

  /**
   * Nothing if it is sent: if an answer is lost the SDK sends again, which is refused since the
   * message is there; so after a refusal one looks.
   */
  private async whyNotSent(failed: ParleyError, id: string): Promise<ParleyError | undefined> {
    if (!isRefusal(failed)) return failed;
    try {
      if (await this.connection.isThere(paths.message(this.chatId, id))) return undefined;
    } catch (unread) {
      // Whether it is there is not known, and so neither is why it was refused.
      if (!isRefusal(unread)) return failed;
    }
    return this.refusals.post(failed);
  }
}
