/**
 * Find out why the rules refused a change in a chat. They give no reason, so this reads what the user
 * may read, at most three documents for a refusal.
 */
import type { DocumentData } from 'firebase/firestore';
import type { Member, Message } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import { isRefusal, ParleyError, type Reason } from './errors.js';
import { readsFrom } from './membership.js';
import { kindOf, paths } from './paths.js';
import type { Speaker } from './posting.js';

/** How far a device's clock may be ahead of the server's before a mute is believed to have ended. */
const SKEW_MS = 600_000;

/** The reason, and a sentence if there is more to say. */
interface Found {
  reason: Reason;
  why?: string;
  /** In seconds. */
  retryAfter?: number;
}

export class Refusals {
  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly speaker: Speaker,
  ) {}

  /** Explain a refused post or edit of the user's own message. */
  post(error: ParleyError): Promise<ParleyError> {
    return this.explain(error, () => this.whyNoPost());
  }

  /** Whether an edit may have been refused for its pace: the message was edited before. */
  async mayBeTooSoon(error: ParleyError, messageId: string): Promise<boolean> {
    if (!isRefusal(error)) return false;
    try {
      const message = await this.look(paths.message(this.chatId, messageId));
      return message !== 'refused' && Boolean(message?.editedAt) && !message?.deletedAt;
    } catch {
      return false;
    }
  }

  edit(error: ParleyError, messageId: string): Promise<ParleyError> {
    return this.explain(error, () => this.whyNoChange(messageId, 'notTheSender', () => this.whyNoPost()));
  }

  /** Explain a refused deletion. Senders who may no longer post may still delete. */
  remove(error: ParleyError, messageId: string): Promise<ParleyError> {
    const { staffId } = this.speaker;
    const ofOneself: Found = { reason: staffId === undefined ? 'refused' : 'notStaff' };
    return this.explain(error, () => this.whyNoChange(messageId, 'notAllowed', async () => ofOneself));
  }

  /** Explain a refused reaction. It needs the right to post, except in a broadcast chat. */
  react(error: ParleyError, messageId: string): Promise<ParleyError> {
    return this.explain(error, async () => {
      const message = await this.look(paths.message(this.chatId, messageId));
      if (message === 'refused') return this.whyUnread();
      if (message === undefined) return { reason: 'unknownMessage' };
      return kindOf(this.chatId) === 'broadcast' ? { reason: 'refused' } : this.whyNoVoice();
    });
  }

  private async explain(error: ParleyError, find: () => Promise<Found>): Promise<ParleyError> {
    if (!isRefusal(error)) return error;
    try {
      return new ParleyError({ act: error.act, code: error.code, cause: error, ...(await find()) });
    } catch {
      // The connection was lost meanwhile; the refusal itself is still known.
      return error;
    }
  }

  private async whyNoPost(): Promise<Found> {
    const { staffId } = this.speaker;
    const chat = await this.look(paths.chat(this.chatId));
    if (chat === 'refused') return { reason: staffId === undefined ? 'notAMember' : 'notStaff' };
    if (chat === undefined) return { reason: 'unknownChat' };
    if (staffId !== undefined) return { reason: 'notStaff' };
    if (kindOf(this.chatId) === 'broadcast') return { reason: 'oneWayChat' };
    return this.whyNoVoice();
  }

  /** Explain why a member may neither post nor react. */
  private async whyNoVoice(): Promise<Found> {
    const { memberId, staffId } = this.speaker;
    if (staffId !== undefined) return { reason: 'notStaff' };
    const member = (await this.look(`${paths.members(this.chatId)}/${memberId}`)) as Member | 'refused' | undefined;
    if (member === 'refused' || member === undefined) return { reason: 'notAMember' };
    if (member.canPost === false) return { reason: 'mayNotPost' };
    const until = member.mutedUntil?.toMillis() ?? 0;
    if (until > this.connection.clock.now() - SKEW_MS) {
      return {
        reason: 'mutedInChat',
        why: `you are muted in this chat until ${new Date(until).toISOString()}`,
        retryAfter: Math.max(1, Math.ceil((until - this.connection.clock.now()) / 1_000)),
      };
    }
    // All other reasons are ruled out; a block remains, which nobody may read.
    return { reason: kindOf(this.chatId) === 'direct' ? 'blocked' : 'refused' };
  }

  private async whyNoChange(messageId: string, ofAnothers: Reason, ofOneself: () => Promise<Found>): Promise<Found> {
    const message = (await this.look(paths.message(this.chatId, messageId))) as Message | 'refused' | undefined;
    if (message === 'refused') return this.whyUnread();
    if (message === undefined) return { reason: 'unknownMessage' };
    if (message.deletedAt) return { reason: 'deletedMessage' };
    const { memberId, staffId } = this.speaker;
    const isOwn = message.senderId === memberId && message.staffId === staffId;
    return isOwn ? ofOneself() : { reason: ofAnothers };
  }

  /** A group may keep what was said before from those who join. */
  private async whyUnread(): Promise<Found> {
    const since = await readsFrom(this.connection, this.chatId, this.speaker.memberId);
    return { reason: since ? 'unknownMessage' : 'notAMember' };
  }

  /** Read from the server: the cache may be older than the refusal. */
  private async look(path: string): Promise<DocumentData | 'refused' | undefined> {
    try {
      return await this.connection.getFromServer(path);
    } catch (error) {
      if (isRefusal(error)) return 'refused';
      throw error;
    }
  }
}
