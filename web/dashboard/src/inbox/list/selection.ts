/** Which cases somebody has chosen to change together. */
import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  /** Every case that matches, also those not seen yet, but for `chatIds`. */
  isAll: boolean;
  /** The chosen cases; with `isAll` those that are spared. */
  chatIds: readonly string[];
  isEmpty: boolean;
  has(chatId: string): boolean;
  toggle(chatId: string): void;
  selectAll(): void;
  clear(): void;
}

export interface Chosen {
  isAll: boolean;
  /** Those that differ from the others: chosen, or with `isAll` spared. */
  apart: ReadonlySet<string>;
}

export const NONE: Chosen = { isAll: false, apart: new Set() };
export const ALL: Chosen = { isAll: true, apart: new Set() };

/** Change whether one case is chosen; all others stay as they are. */
export function toggled({ isAll, apart }: Chosen, chatId: string): Chosen {
  const after = new Set(apart);
  if (!after.delete(chatId)) after.add(chatId);
  return { isAll, apart: after };
}

export function isChosen({ isAll, apart }: Chosen, chatId: string): boolean {
  return apart.has(chatId) !== isAll;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState(NONE);
  const toggle = useCallback((chatId: string) => setChosen((before) => toggled(before, chatId)), []);
  const clear = useCallback(() => setChosen(NONE), []);
  const selectAll = useCallback(() => setChosen(ALL), []);

  return useMemo(
    () => ({
      isAll: chosen.isAll,
      chatIds: [...chosen.apart],
      isEmpty: !chosen.isAll && chosen.apart.size === 0,
      has: (chatId) => isChosen(chosen, chatId),
      toggle,
      selectAll,
      clear,
    }),
    [chosen, toggle, selectAll, clear],
  );
}
