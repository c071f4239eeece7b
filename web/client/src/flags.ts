/** Flags in the user's own row of the list: pinned, archived, marked unread. */
import type { UserChat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { type Connection, withoutUndefined } from './connection.js';
import { isRefusal, ParleyError } from './errors.js';
import type { OwnHorizon } from './horizons.js';
import { kindOf, paths } from './paths.js';
import { unreadFlag } from './rows.js';

/** The flags of a row that are its owner's. */
export type RowFlags = Partial<Pick<UserChat, 'pinned' | 'archived' | 'markedUnread'>>;

/** A dashboard lists its unread cases by a field of their rows, which follows the mark. A read. */
async function unreadOfCase(
  connection: Connection,
  memberId: string,
  chatId: string,
  { markedUnread }: RowFlags,
): Promise<{ isUnread?: boolean }> {
  if (markedUnread === undefined || memberId === connection.uid || kindOf(chatId) !== 'case') return {};
  const row = (await connection.get(paths.row(memberId, chatId))) as UserChat | undefined;
  return row ? unreadFlag({ isUnread: false, ...row }, { markedUnread }) : {};
}

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
    const found = await unreadOfCase(connection, memberId, chatId, flags);
    await connection.write(ACTS.flag, ({ update }) => update(row, { ...withoutUndefined(flags), ...found }));
  } catch (error) {
    unmark?.();
    const isMissing = isRefusal(error) && !(await connection.isThere(row));
    throw isMissing ? new ParleyError({ act: ACTS.flag, reason: 'notListed', cause: error }) : error;
  }
}
