/** Saying something in a chat, and taking it back. */
import { deleteField, serverTimestamp } from 'firebase/firestore';
import { isRefusal, type Connection } from './connection.js';
import { INBOX_SHARDS, newId, paths } from './paths.js';
import type { Draft, Echo } from './thread.js';

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
}

/** A message on its way. */
export interface Posted {
  id: string;
  /**
   * Resolves when the server has it, and rejects when the rules refuse it: no member, muted,
   * blocked by the other, or over a limit. Offline it waits; closing the app does not lose the
   * message if the SDK's cache is persistent.
   */
  sent: Promise<void>;
}

export class Posting {
  private readonly drafts = new Map<string, Draft>();

  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly speaker: Speaker,
    private readonly board: EchoBoard,
  ) {}

  /** Show at once, and send with its outbox document or not at all. */
  send(draft: Draft): Posted {
    const id = newId();
    this.drafts.set(id, draft);
    return { id, sent: this.post(id, draft) };
  }

  /** Send a refused message again, under its id: it cannot arrive twice. */
  retry(id: string): Posted {
    const draft = this.drafts.get(id);
    if (!draft) throw new Error(`message ${id} was not refused, or was discarded`);
    return { id, sent: this.post(id, draft) };
  }

  /** Take a refused message off the screen. */
  discard(id: string): void {
    this.drafts.delete(id);
    this.board.forgetEcho(id);
  }

  /** By the sender alone, while it may post. */
  edit(messageId: string, body: string): Promise<void> {
    return this.connection.write((batch, at) => {
      batch.update(at(paths.message(this.chatId, messageId)), { body, editedAt: serverTimestamp() });
    });
  }

  /** By the sender, or by an owner or admin of the chat: the words go, the place stays. */
  remove(messageId: string): Promise<void> {
    const gone = deleteField();
    return this.connection.write((batch, at) => {
      batch.update(at(paths.message(this.chatId, messageId)), {
        body: gone, attachments: gone, mentions: gone, attributes: gone, deletedAt: serverTimestamp(),
      });
    });
  }

  /** One's own reaction in place of an earlier one; null takes it away. */
  react(messageId: string, emoji: string | null): Promise<void> {
    const path = `${paths.reactions(this.chatId, messageId)}/${this.connection.uid}`;
    return this.connection.write((batch, at) => {
      if (emoji === null) batch.delete(at(path));
      else batch.set(at(path), { emoji, createdAt: serverTimestamp() });
    });
  }

  private async post(id: string, draft: Draft): Promise<void> {
    const { memberId: senderId } = this.speaker;
    this.board.echo({ ...draft, id, senderId, state: 'sending' });
    try {
      await this.write(id, draft);
    } catch (error) {
      if (!isRefusal(error) || !(await this.isThere(id))) {
        this.board.echo({ ...draft, id, senderId, state: 'refused' });
        throw error;
      }
    }
    this.drafts.delete(id);
    this.board.forgetEcho(id);
  }

  private write(id: string, draft: Draft): Promise<void> {
    const { memberId: senderId, staffId } = this.speaker;
    const createdAt = serverTimestamp();
    return this.connection.write((batch, at) => {
      batch.set(at(paths.message(this.chatId, id)), {
        ...draft, senderId, ...(staffId !== undefined && { staffId }), createdAt,
      });
      batch.set(at(paths.outbox(this.chatId, id)), {
        chatId: this.chatId, messageId: id, senderId, createdAt,
        shard: Math.floor(Math.random() * INBOX_SHARDS),
      });
    });
  }

  /**
   * If an answer is lost the SDK sends again, which is refused since the message is there; so
   * after a refusal one looks: there means sent.
   */
  private async isThere(id: string): Promise<boolean> {
    try {
      return await this.connection.isThere(paths.message(this.chatId, id));
    } catch {
      return false;
    }
  }
}
