/** The order of the inbox's lists. */
import type { CaseItem } from 'parley-client';
import type { Places } from '../../window/listWindow.js';

export const CASES: Places<CaseItem> = { idOf: ({ chatId }) => chatId, compare };

/** Newest first, as the server lists them. */
function compare(one: CaseItem, other: CaseItem): number {
  const difference = timeOf(other) - timeOf(one);
  if (difference !== 0) return difference;
  return one.chatId < other.chatId ? 1 : one.chatId > other.chatId ? -1 : 0;
}

function timeOf({ lastMessage, updatedAt }: CaseItem): number {
  const at = updatedAt ?? lastMessage?.createdAt;
  return at ? at.seconds * 1e6 + Math.trunc(at.nanoseconds / 1000) : 0;
}
