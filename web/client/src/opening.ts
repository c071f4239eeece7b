/** Opening chats and changing who is in them. */
import { serverTimestamp } from 'firebase/firestore';
import type { Chat, Member } from '../../../schema/exported/parley.js';
import { isRefusal, type Connection } from './connection.js';
import { directChatId, otherOf, paths } from './paths.js';

/** `created` is false if it was there before: opening is the same however often it is done. */
export interface Opened {
  chatId: string;
  created: boolean;
}

export interface NewGroup {
  title: string;
  /** The others; up to 450 in one call. */
  userIds: string[];
  topic?: string;
  /** Whoever creates a group of the same unique name finds the same group. */
  uniqueName?: string;
  attributes?: Record<string, unknown>;
}

export class Opening {
  constructor(private readonly connection: Connection) {}

  /**
   * The direct chat with somebody: looked up (a read), and written if it is not there (three
   * writes). If both open it at once, one is refused and finds the other's.
   *
   * Rejects with `permission-denied` when the other has blocked one.
   */
  async direct(otherUid: string): Promise<Opened> {
    const chatId = directChatId(this.connection.uid, otherUid);
    if (await this.connection.isThere(paths.chat(chatId))) return { chatId, created: false };
    try {
      await this.writeDirect(chatId);
      return { chatId, created: true };
    } catch (error) {
      if (isRefusal(error) && await this.connection.isThere(paths.chat(chatId))) {
        return { chatId, created: false };
      }
      throw error;
    }
  }

  /** One's own case with a service; staff open one for somebody by `Desk.open`. */
  case(serviceId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId });
  }

  group(group: NewGroup): Promise<Opened> {
    return this.connection.call('createGroupChat', group);
  }

  private writeDirect(chatId: string): Promise<void> {
    const { uid } = this.connection;
    const now = serverTimestamp();
    return this.connection.write((batch, at) => {
      batch.set(at(paths.chat(chatId)), {
        serviceId: 'default', kind: 'direct', createdBy: uid, createdAt: now,
      });
      for (const memberId of [uid, otherOf(chatId, uid)]) {
        batch.set(at(`${paths.members(chatId)}/${memberId}`), { role: 'member', joinedAt: now });
      }
    });
  }
}

/** What owners and admins of a group do; each on roles below their own. */
export class Membership {
  constructor(private readonly connection: Connection, private readonly chatId: string) {}

  add(userIds: string[]): Promise<unknown> {
    return this.connection.call('addMembers', { chatId: this.chatId, userIds });
  }

  remove(userId: string): Promise<unknown> {
    return this.connection.call('removeMember', { chatId: this.chatId, userId });
  }

  setRole(userId: string, role: Member['role']): Promise<unknown> {
    return this.connection.call('setRole', { chatId: this.chatId, userId, role });
  }

  update(changes: Partial<Pick<Chat, 'title' | 'topic' | 'attributes'>>): Promise<unknown> {
    return this.connection.call('updateChat', { chatId: this.chatId, ...changes });
  }

  /** The last owner passes ownership on. */
  leave(): Promise<unknown> {
    return this.connection.call('leaveChat', { chatId: this.chatId });
  }
}

/** Whom one hears no more from in a direct chat. */
export class Blocks {
  constructor(private readonly connection: Connection) {}

  block(otherUid: string): Promise<void> {
    return this.connection.write((batch, at) => {
      batch.set(at(this.path(otherUid)), { createdAt: serverTimestamp() });
    });
  }

  unblock(otherUid: string): Promise<void> {
    return this.connection.write((batch, at) => {
      batch.delete(at(this.path(otherUid)));
    });
  }

  async isBlocked(otherUid: string): Promise<boolean> {
    return await this.connection.get(this.path(otherUid)) !== undefined;
  }

  private path(otherUid: string): string {
    return `${paths.blocked(this.connection.uid)}/${otherUid}`;
  }
}
