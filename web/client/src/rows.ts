/** What a row of the chat list shows. Pure. */
import type { Chat, LastMessage, Timestamp, UserChat } from '../../../schema/exported/parley.js';
import { compareTimes } from './times.js';

/** Unread of a large group is counted no further. */
export const COUNTED_UNREAD = 100;

/** A chat as a list shows it. Direct chats have no title: see the profile of `otherUid`. */
export interface ListedChat extends UserChat {
  chatId: string;
  /** Messages of others that were not read; in a large group, at most 100. */
  unread: number;
}

/** What only the chat itself and a count know of a large group. */
export interface LargeGroup {
  chat: Chat;
  /** Messages after one's own horizon, up to 100. */
  unread: number;
}

export function unreadOf(row: Pick<UserChat, 'messageCount' | 'readCount'>): number {
  return Math.max(0, row.messageCount - row.readCount);
}

/**
 * How far a row can be read after its owner has seen everything up to `readTo`, or nothing to
 * change: it moves forward alone, and only once the row knows of nothing newer than was seen. A
 * row behind the messages moves when it has caught up.
 */
export function readCountAfter(row: UserChat, readTo: Timestamp): number | undefined {
  const { lastMessage, messageCount, readCount } = row;
  if (!lastMessage || readCount >= messageCount) return undefined;
  return compareTimes(lastMessage.createdAt, readTo) <= 0 ? messageCount : undefined;
}

/**
 * By what a dashboard finds the unread cases among its rows, after these changes; nothing for the rows of
 * others, which have no such field.
 */
export function unreadFlag(
  row: Pick<UserChat, 'messageCount' | 'readCount' | 'markedUnread' | 'isUnread'>,
  changes: { readCount?: number; markedUnread?: boolean },
): { isUnread?: boolean } {
  if (row.isUnread === undefined) return {};
  const { messageCount, readCount, markedUnread = false } = { ...row, ...changes };
  return { isUnread: readCount < messageCount || markedUnread };
}

/**
 * The row as it is listed. Those of large groups are not rewritten at each message: what they
 * show comes from the chat.
 */
export function listed(chatId: string, row: UserChat, large?: LargeGroup): ListedChat {
  if (!row.large || !large) return { ...row, chatId, unread: row.large ? 0 : unreadOf(row) };
  const { lastMessage, title } = large.chat;
  return {
    ...row,
    ...(title !== undefined && { title }),
    ...(lastMessage && { lastMessage }),
    chatId,
    unread: Math.min(large.unread, COUNTED_UNREAD),
  };
}

/** Pinned ones first, then by what was said last; archived ones last. */
export function compareListed(one: ListedChat, other: ListedChat): number {
  return (
    Number(one.archived ?? false) - Number(other.archived ?? false) ||
    Number(other.pinned ?? false) - Number(one.pinned ?? false) ||
    compareTimes(movedAt(other), movedAt(one)) ||
    (one.chatId < other.chatId ? -1 : 1)
  );
}

function movedAt({ updatedAt, lastMessage }: { updatedAt: Timestamp; lastMessage?: LastMessage }): Timestamp {
  const said = lastMessage?.createdAt;
  return said && compareTimes(said, updatedAt) > 0 ? said : updatedAt;
}
