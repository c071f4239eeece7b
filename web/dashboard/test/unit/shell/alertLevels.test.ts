import type { CaseItem } from 'parley-client';
import { describe, expect, it } from 'vitest';
import {
  knownAfter,
  lastIds,
  newsIn,
  rememberedLevel,
  rememberLevel,
  shownCount,
  toldOf,
} from '../../../src/shell/alertLevels.js';

function unread(chatId: string, lastId: string, assigneeId?: string): CaseItem {
  return { chatId, lastMessage: { id: lastId }, ...(assigneeId !== undefined && { assigneeId }) } as CaseItem;
}

const ITEMS = [unread('a', '1', 'me'), unread('b', '1'), unread('c', '1', 'other')];
const ids = (items: CaseItem[]): string[] => items.map(({ chatId }) => chatId);

describe('alerts', () => {
  it('are of my cases, of mine and those of nobody, of all, or of none', () => {
    expect(ids(toldOf(ITEMS, 'mine', 'me'))).toEqual(['a']);
    expect(ids(toldOf(ITEMS, 'mineAndUnassigned', 'me'))).toEqual(['a', 'b']);
    expect(ids(toldOf(ITEMS, 'all', 'me'))).toEqual(['a', 'b', 'c']);
    expect(toldOf(ITEMS, 'none', 'me')).toEqual([]);
  });

  it('come once for each message', () => {
    const before = lastIds(ITEMS);
    expect(newsIn(ITEMS, before)).toEqual([]);
    expect(ids(newsIn([unread('a', '2', 'me'), ...ITEMS.slice(1)], before))).toEqual(['a']);
  });

  it('come once for a case that is read and unread again, of the last thousand cases', () => {
    const many = Array.from({ length: 1_500 }, (_, index) => unread(`c${index}`, '1'));
    let known: ReadonlyMap<string, string> = new Map();
    for (let first = 0; first < many.length; first += 20) known = knownAfter(known, many.slice(first, first + 20));

    expect(newsIn(many.slice(500), known)).toEqual([]);
    expect(newsIn(many.slice(0, 500), known).length).toBe(500);

    known = knownAfter(known, many.slice(500, 501));
    known = knownAfter(known, [unread('new', '1')]);
    expect(newsIn(many.slice(500, 501), known)).toEqual([]);
  });

  it('say that there are more than are listened to', () => {
    expect([shownCount(3, false), shownCount(20, true)]).toEqual(['3', '20+']);
  });

  it('are remembered, and of mine and unassigned at first', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(rememberedLevel(storage)).toBe('mineAndUnassigned');
    rememberLevel(storage, 'all');
    expect(rememberedLevel(storage)).toBe('all');
  });
});
