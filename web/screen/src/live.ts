/** Live values of the client library, as React state. */
import type { Live, ParleyError } from 'parley-client';
import { useEffect, useState } from 'react';

export interface Shown<T> {
  value: T | undefined;
  error: ParleyError | undefined;
}

/**
 * Show what `open` opens while the component is on the screen. It is opened anew when `keys` change:
 * the linter checks that they name all that `open` reads.
 */
export function useLive<T>(open: () => Live<T>, keys: readonly unknown[]): Shown<T> {
  const [shown, setShown] = useState<Shown<T>>({ value: undefined, error: undefined });
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
  useEffect(follow, keys);
  return shown;
}
