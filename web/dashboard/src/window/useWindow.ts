/** A window on a list, as React state. */
import type { ParleyError } from 'parley-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ListWindow, type Page, type PageSettings, type Places, type WindowShown } from './listWindow.js';

export interface WindowState<Item> {
  /** Nothing before the first answer. */
  items: readonly Item[] | undefined;
  hasMore: boolean;
  error: ParleyError | undefined;
  retry(): void;
  /** Tell which places of the list are on the screen. */
  look(first: number, last: number): void;
}

/**
 * Listen to what is on the screen of the list whose pages `open` opens; without it to nothing. The
 * window is opened anew when `keys` change: the linter checks that they name all that `open` reads.
 */
export function useWindow<Item>(
  open: ((settings: PageSettings<Item>) => Page<Item>) | undefined,
  places: Places<Item>,
  keys: readonly unknown[],
): WindowState<Item> {
  const [shown, setShown] = useState<WindowShown<Item>>();
  const [error, setError] = useState<ParleyError>();
  const [tries, setTries] = useState(0);
  const window = useRef<ListWindow<Item>>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's keys are checked where it calls; `tries` asks again.
  useEffect(() => {
    setShown(undefined);
    setError(undefined);
    if (!open) return;
    const opened = new ListWindow(open, places, setShown, setError);
    window.current = opened;
    return () => opened.close();
  }, [...keys, tries]);

  const look = useCallback((first: number, last: number) => window.current?.look(first, last), []);
  const retry = useCallback(() => setTries((before) => before + 1), []);
  // Before the server has answered an empty list may be one that has not arrived.
  const isThere = shown && !(shown.isFromCache && shown.items.length === 0);
  return { items: isThere ? shown.items : undefined, hasMore: shown?.hasMore ?? false, error, look, retry };
}
