/** Which cases somebody has chosen to change together. */
import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  /** The chosen ones; with `isAll` every case that matches, also those not seen yet. */
  chatIds: readonly string[];
  isAll: boolean;
  /** How many were chosen by hand; with `isAll` at least one. */
  count: number;
  has(chatId: string): boolean;
  toggle(chatId: string): void;
  selectAll(): void;
  clear(): void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(): Selection {
  const [chosen, setChosen] = useState(NONE);
  const [isAll, setIsAll] = useState(false);

  const toggle = useCallback((chatId: string) => {
    setIsAll(false);
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(chatId)) after.add(chatId);
      return after;
    });
  }, []);
  const clear = useCallback(() => {
    setIsAll(false);
    setChosen(NONE);
  }, []);
  const selectAll = useCallback(() => setIsAll(true), []);

  return useMemo(
    () => ({
      chatIds: [...chosen],
      isAll,
      count: isAll ? Math.max(chosen.size, 1) : chosen.size,
      has: (chatId) => isAll || chosen.has(chatId),
      toggle,
      selectAll,
      clear,
    }),
    [chosen, isAll, toggle, selectAll, clear],
  );
}
