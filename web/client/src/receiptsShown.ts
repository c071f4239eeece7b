/** How far the members of a chat have read and received. */
import { limit, type QueryConstraint, where } from 'firebase/firestore';
import type { ReadReceipt, Timestamp } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import { Rests } from './flapping.js';
import { LIMITS } from './limits.js';
import { Live, type Stop } from './live.js';
import { paths } from './paths.js';
import { compareTimes } from './times.js';

/**
 * Watch the receipts of a chat by member, up to 100. It rests for a minute while somebody writes theirs
 * as fast as the rules allow, who may do so in many chats at once. To begin again with all receipts
 * would cost more than it saved, so it goes on with those that have moved.
 */
export function watchReceipts(connection: Connection, chatId: string): Live<Map<string, ReadReceipt>> {
  const live = new Live<Map<string, ReadReceipt>>();
  const some = limit(LIMITS.SMALL_GROUP);
  let newest: Timestamp | undefined;
  const listen = (changed: (id: string) => void): Stop => {
    const since = newest;
    const asked: QueryConstraint[] = since ? [where('readAt', '>', since), some] : [some];
    const before = since ? live.value : undefined;
    let told: Map<string, Timestamp> | undefined;
    return connection.watch(
      paths.receipts(chatId),
      asked,
      ({ docs, isFromCache }) => {
        const receipts = docs.map((each): [string, ReadReceipt] => [each.id, each.data() as ReadReceipt]);
        live.set(new Map([...(before ?? []), ...receipts]));
        const earlier = told;
        const now = new Map<string, Timestamp>();
        // One's own has no time until the server has it.
        for (const [id, { readAt }] of receipts) if (readAt) now.set(id, readAt);
        if (isFromCache && !earlier) return;
        told = now;
        for (const [id, at] of now) {
          if (!newest || compareTimes(at, newest) > 0) newest = at;
          const known = earlier?.get(id);
          if (earlier && id !== connection.uid && (!known || compareTimes(known, at) !== 0)) changed(id);
        }
      },
      (error) => live.fail(error),
    );
  };
  live.whenClosed(new Rests(connection.clock, LIMITS.RECEIPT_CHANGES).listen(listen));
  return live;
}
