/** Open chats. */
import { serverTimestamp } from 'firebase/firestore';
import { ACTS } from './acts.js';
import { OPENING } from './callForms.js';
import type { CreatedGroup, NewGroup, Opened } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { isRefusal } from './errors.js';
import { directChatId, otherOf, paths } from './paths.js';

export class Opening {
  constructor(private readonly connection: Connection) {
    checkCalls<Opening>(this, OPENING);
  }

  /**
   * Open the direct chat with a person: look it up (one read), and write it if it is missing (three
   * writes). If the rules refuse, call the callable, which says why: the person has blocked the user,
   * or opened the chat at the same moment.
   */
  async direct(otherUid: string): Promise<Opened> {
    const chatId = directChatId(this.connection.uid, otherUid);
    try {
      if (await this.connection.isThere(paths.chat(chatId))) return { chatId, created: false };
      await this.writeDirect(chatId);
      return { chatId, created: true };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return this.connection.call('openDirectChat', { userId: otherUid });
    }
  }

  /** Open the user's own case with a service. Staff use `Dashboard.open`. */
  case(serviceId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId });
  }

  /** Contacts are in it at once; strangers are invited, and are members once they accept. */
  group(group: NewGroup): Promise<CreatedGroup> {
    return this.connection.call('createGroupChat', group);
  }

  private writeDirect(chatId: string): Promise<void> {
    const { uid } = this.connection;
    const now = serverTimestamp();
    return this.connection.write(ACTS.openDirect, ({ set }) => {
      set(paths.chat(chatId), { serviceId: 'default', kind: 'direct', createdBy: uid, createdAt: now });
      for (const memberId of [uid, otherOf(chatId, uid)]) {
        set(`${paths.members(chatId)}/${memberId}`, { role: 'member', joinedAt: now });
      }
    });
  }
}
