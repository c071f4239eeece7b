/** Who is in a group and what it is called. */
import type { Member } from '../../../schema/exported/parley.js';
import { MEMBERSHIP } from './callForms.js';
import type { ChatChanges } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';

/** What owners and admins of a group do, each on roles below their own. A repeat changes nothing. */
export class Membership {
  /** `leaving` is told before one leaves, while one may still write there. */
  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    private readonly leaving: () => void,
  ) {
    checkCalls<Membership>(this, MEMBERSHIP);
  }

  /** Up to 450 people at once. */
  async add(userIds: string[]): Promise<void> {
    await this.connection.call('addMembers', { chatId: this.chatId, userIds });
  }

  async remove(userId: string): Promise<void> {
    await this.connection.call('removeMember', { chatId: this.chatId, userId });
  }

  async setRole(userId: string, role: Member['role']): Promise<void> {
    await this.connection.call('setRole', { chatId: this.chatId, userId, role });
  }

  /** Rename it, or say what it is about. */
  async update(changes: ChatChanges): Promise<void> {
    await this.connection.call('updateChat', { ...changes, chatId: this.chatId });
  }

  /** By anybody; the last owner passes ownership on. */
  async leave(): Promise<void> {
    this.leaving();
    await this.connection.call('leaveChat', { chatId: this.chatId });
  }
}
