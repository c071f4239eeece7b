/** Of which cases somebody wants to be told, and which are news. Pure. */
import type { CaseItem } from 'parley-client';

export const LEVELS = ['mine', 'mineAndUnassigned', 'all', 'none'] as const;
export type Level = (typeof LEVELS)[number];

const REMEMBERED = 'parley.alerts';

export function rememberedLevel(storage: Pick<Storage, 'getItem'>): Level {
  const level = storage.getItem(REMEMBERED);
  return LEVELS.find((each) => each === level) ?? 'mineAndUnassigned';
}

export function rememberLevel(storage: Pick<Storage, 'setItem'>, level: Level): void {
  storage.setItem(REMEMBERED, level);
}

/** The unread cases of which somebody is told. */
export function toldOf(items: readonly CaseItem[], level: Level, uid: string): CaseItem[] {
  return items.filter(({ assigneeId }) => {
    if (level === 'all') return true;
    if (level === 'none') return false;
    return assigneeId === uid || (level === 'mineAndUnassigned' && assigneeId === undefined);
  });
}

/** The cases in which something was said that was not there before. */
export function newsIn(items: readonly CaseItem[], before: ReadonlyMap<string, string>): CaseItem[] {
  return items.filter(({ chatId, lastMessage }) => lastMessage !== undefined && before.get(chatId) !== lastMessage.id);
}

export function lastIds(items: readonly CaseItem[]): Map<string, string> {
  return new Map(items.flatMap(({ chatId, lastMessage }) => (lastMessage ? [[chatId, lastMessage.id] as const] : [])));
}

/** The most cases whose last message is remembered. */
const KNOWN = 1_000;

/** Remember the last message of these cases too, and forget the cases seen longest ago. */
export function knownAfter(before: ReadonlyMap<string, string>, items: readonly CaseItem[]): Map<string, string> {
  const ids = lastIds(items);
  const others = [...before].filter(([chatId]) => !ids.has(chatId));
  return new Map([...others, ...ids].slice(-KNOWN));
}

/** How a number of cases is shown where there is little room. */
export function shownCount(count: number, hasMore: boolean): string {
  return hasMore ? `${count}+` : String(count);
}
