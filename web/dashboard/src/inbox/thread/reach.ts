/** How far an answer has come. */
import { type ReadReceipt, receivedBy, type ShownMessage, seenBy } from 'parley-client';

export type Reach = 'sent' | 'received' | 'read';

/** Nothing for what is on its way, or deleted. */
export function reachOf(
  message: ShownMessage,
  userId: string,
  horizons: ReadonlyMap<string, ReadReceipt>,
): Reach | undefined {
  if (message.state !== 'sent' || message.deletedAt) return undefined;
  const map = horizons as Map<string, ReadReceipt>;
  if (seenBy(map, message).includes(userId)) return 'read';
  return receivedBy(map, message).includes(userId) ? 'received' : 'sent';
}
