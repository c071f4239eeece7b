/** The members and the title of a group. */
import type { Member, Timestamp, UserChat } from '../../../schema/exported/parley.js';
import { MEMBERSHIP } from './callForms.js';
import type { ChatChanges, Joined } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { isRefusal } from './errors.js';
import { kindOf, paths } from './paths.js';

/** For owners and admins of a group, each on roles below their own. Every call is idempotent. */
export class Membership {
  /** `leaving` is called before the user leaves, while they may still write. */
  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly memberId: string,
    private readonly leaving: () => void,
  ) {
    checkCalls<Membership>(this, MEMBERSHIP);
  }

  /** Add up to 450 people: contacts at once; strangers, and who was a member before, are invited. */
  add(userIds: string[]): Promise<Joined> {
    return this.connection.call('addMembers', { chatId: this.chatId, userIds });
  }

  /** Accept one's own invitation: the row of the group has `invited` until then. */
  async accept(): Promise<void> {
    await this.connection.call('acceptInvite', { chatId: this.chatId });
  }

  /** Decline one's own invitation: the row goes, and nobody is told. */
  async decline(): Promise<void> {
    await this.connection.call('declineInvite', { chatId: this.chatId });
  }

  /** Remove a member, or take an invitation back. */
  async remove(userId: string): Promise<void> {
    await this.connection.call('removeMember', { chatId: this.chatId, userId });
  }

  async setRole(userId: string, role: Member['role']): Promise<void> {
    await this.connection.call('setRole', { chatId: this.chatId, userId, role });
  }

  /** Change title, topic, attributes, or what those read who join from now on. */
  async update(changes: ChatChanges): Promise<void> {
    await this.connection.call('updateChat', { ...changes, chatId: this.chatId });
  }

  /** Leave the group; from a dashboard's chat, the dashboard does. The last owner passes ownership on. */
  async leave(): Promise<void> {
    this.leaving();
    await this.connection.call('leaveChat', {
      chatId: this.chatId,
      ...(this.memberId.startsWith('service:') && { as: 'service' as const }),
    });
  }
}

/**
 * Return the time from which a member, or somebody who is invited, reads a group that keeps what was said before from those who
 * join; nothing for those who read all, or are no members.
 */
export async function readsFrom(
  connection: Connection,
  chatId: string,
  memberId: string,
): Promise<Timestamp | undefined> {
  if (kindOf(chatId) !== 'group') return undefined;
  try {
    const member = await connection.getFromServer(`${paths.members(chatId)}/${memberId}`);
    return (member as Member | undefined)?.readsFrom;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  // Only members read members; an invitation says it in its row.
  const row = await connection.getFromServer(paths.row(memberId, chatId));
  return (row as UserChat | undefined)?.readsFrom;
}
