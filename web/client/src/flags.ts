/** Flags in the user's own row of the list: pinned, archived, marked unread. */
import type { UserChat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { type Connection, withoutUndefined } from './connection.js';
import { isRefusal, ParleyError } from './errors.js';
import type { OwnHorizon } from './horizons.js';
import { paths } from './paths.js';

/** The flags of a row that are its owner's. */
export type RowFlags = Partial<Pick<UserChat, 'pinned' | 'archived' | 'markedUnread'>>;

/** Set the given flags; `horizon` is the user's own in this chat. */
export async function flagRow(
  connection: Connection,
  memberId: string,
  chatId: string,
  horizon: OwnHorizon,
  flags: RowFlags,
): Promise<void> {
  const row = paths.row(memberId, chatId);
  const unmark = flags.markedUnread === undefined ? undefined : horizon.mark(flags.markedUnread);
  try {
    await connection.write(ACTS.flag, ({ update }) => update(row, withoutUndefined(flags)));
  } catch (error) {
    unmark?.();
    const isMissing = isRefusal(error) && !(await connection.isThere(row));
    throw isMissing ? new ParleyError({ act: ACTS.flag, reason: 'notListed', cause: error }) : error;
  }
}
