/** What a person sees of a chat on the screen. */
import type { ChatList, ChatSession, ShownMessage } from 'parley-client';
import { until } from './waiting.js';

const LISTEN_SECONDS = 30;

/** A message that was posted, and when, by `performance.now()`. */
export interface Posted {
  chatId: string;
  messageId: string;
  senderId: string;
  postedAt: number;
}

/** A chat that is open, and the chat list beside it. */
export class Screen {
  /** When each message was first seen as sent, by `performance.now()`. */
  readonly seenAt = new Map<string, number>();

  constructor(
    readonly chat: ChatSession,
    readonly list: ChatList,
  ) {
    chat.messages.subscribe(() => {
      for (const { id } of this.sent) if (!this.seenAt.has(id)) this.seenAt.set(id, performance.now());
    });
  }

  /** The messages that the server has, oldest first; one's own on their way prove nothing. */
  get sent(): ShownMessage[] {
    return (this.chat.messages.value?.messages ?? []).filter(({ state }) => state === 'sent');
  }

  message(messageId: string): ShownMessage | undefined {
    throwError(this.chat.messages);
    return this.sent.find(({ id }) => id === messageId);
  }

  get unread(): number | null {
    return unread(this.list, this.chat.chatId);
  }

  /** Wait for the server's first answers: the emulator can lose what is committed before them. */
  ready(): Promise<unknown> {
    return until('the listeners to begin', LISTEN_SECONDS, () => {
      throwError(this.list);
      throwError(this.chat.messages);
      return this.list.value?.isFromCache === false && this.chat.messages.value?.isFromCache === false;
    });
  }

  async post(senderId: string, body: string): Promise<Posted> {
    const postedAt = performance.now();
    const { id: messageId, sent } = this.chat.posting.send({ body });
    await sent;
    return { chatId: this.chat.chatId, messageId, senderId, postedAt };
  }

  close(): void {
    this.chat.close();
    this.list.close();
  }
}

/** The unread count of a chat in a list, or null while the list does not show the chat. */
export function unread(list: ChatList, chatId: string): number | null {
  throwError(list);
  return list.value?.chats.find((row) => row.chatId === chatId)?.unread ?? null;
}

function throwError({ error }: { error: Error | undefined }): void {
  if (error) throw error;
}
