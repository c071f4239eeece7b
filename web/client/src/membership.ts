/** The members and the title of a group. */
import type { Member } from '../../../schema/exported/parley.js';
import { MEMBERSHIP } from './callForms.js';
import type { ChatChanges, Joined } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';

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

  /** Change title, topic or attributes. */
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
