/** A case as the list shows it, from wherever it was found. */
import type { CaseItem, CaseState, FoundCase } from 'parley-client';

export interface CaseRow {
  chatId: string;
  userId: string;
  /** Where it is known already; otherwise it is read from the person's record. */
  displayName?: string;
  state: CaseState;
  assigneeId?: string | undefined;
  preview: string;
  /** Whether the last message is the service's. */
  isOurs: boolean;
  at?: Date | undefined;
  snoozedUntil?: Date | undefined;
  isUnread: boolean;
}

const listed = new WeakMap<CaseItem, CaseRow>();

/** The client library answers the same item until it changes: so its row stays, and its line is not drawn anew. */
export function listedRow(item: CaseItem): CaseRow {
  const row = listed.get(item) ?? rowOf(item);
  listed.set(item, row);
  return row;
}

function rowOf(item: CaseItem): CaseRow {
  const { chatId, userId, state, assigneeId, lastMessage, updatedAt, snoozedUntil } = item;
  return {
    chatId,
    userId,
    state,
    assigneeId,
    preview: lastMessage?.preview ?? '',
    isOurs: isService(lastMessage?.senderId),
    at: (lastMessage?.createdAt ?? updatedAt)?.toDate(),
    snoozedUntil: snoozedUntil?.toDate(),
    isUnread: item.isUnread || item.markedUnread === true,
  };
}

export function foundRow(found: FoundCase): CaseRow {
  const { chatId, userId, displayName, state, assigneeId, lastMessage, snoozedUntil, isUnread = false } = found;
  return {
    chatId,
    userId,
    ...(displayName !== undefined && { displayName }),
    state,
    assigneeId,
    preview: lastMessage?.preview ?? '',
    isOurs: isService(lastMessage?.senderId),
    at: lastMessage && new Date(lastMessage.createdAt),
    snoozedUntil: snoozedUntil === undefined ? undefined : new Date(snoozedUntil),
    isUnread,
  };
}

function isService(senderId: string | undefined): boolean {
  return senderId?.startsWith('service:') === true;
}
