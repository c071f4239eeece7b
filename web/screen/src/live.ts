/** Live values of the client library, as React state. */
import type { DocumentList, ListShown, Live, ParleyError } from 'parley-client';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Shown<T> {
  value: T | undefined;
  /** Why it ended: it changes no more, until it is opened anew. */
  error: ParleyError | undefined;
}

export interface Opened<T> extends Shown<T> {
  /** Open it anew. */
  retry(): void;
}

/**
 * Show what `open` opens while the component is on the screen. It is opened anew when `keys` change:
 * the linter checks that they name all that `open` reads.
 */
export function useLive<T>(open: () => Live<T>, keys: readonly unknown[]): Opened<T> {
  const [shown, setShown] = useState<Shown<T>>({ value: undefined, error: undefined });
  const [round, setRound] = useState(0);
  const follow = (): (() => void) => {
    setShown({ value: undefined, error: undefined });
    const live = open();
    live.subscribe(
      (value) => setShown({ value, error: undefined }),
      (error) => setShown((before) => ({ ...before, error })),
    );
    return () => live.close();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's keys are checked where it calls.
  useEffect(follow, [...keys, round]);
  const retry = useCallback(() => setRound((before) => before + 1), []);
  return { ...shown, retry };
}

export interface ShownPages<T> extends Opened<ListShown<T>> {
  /** Whether another page is on its way. */
  isLoading: boolean;
  /** Show another page below the others, which stay on the screen. */
  more(): void;
}

/** Show a list of pages; it is opened anew when `keys` change, as `useLive` does. */
export function useList<T>(open: () => DocumentList<T>, keys: readonly unknown[]): ShownPages<T> {
  const list = useRef<DocumentList<T>>(undefined);
  const [isLoading, setIsLoading] = useState(false);
  const follow = (): DocumentList<T> => {
    list.current = open();
    setIsLoading(false);
    return list.current;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's keys are checked where it calls.
  const shown = useLive(follow, keys);
  const more = useCallback(() => {
    const asked = list.current;
    setIsLoading(true);
    // A list that ends tells its subscribers why.
    void asked
      ?.more()
      .catch(() => undefined)
      .then(() => list.current === asked && setIsLoading(false));
  }, []);
  return { ...shown, isLoading, more };
}
