/** Live values of the client library, as React state. */
import type { Live, ParleyError } from 'parley-client';
import { useEffect, useState } from 'react';

export interface Shown<T> {
  value: T | undefined;
  error: ParleyError | undefined;
}

/** Show what `open` opens while the component is on the screen; it is opened anew when `keys` change. */
export function useLive<T>(open: () => Live<T>, keys: readonly unknown[]): Shown<T> {
  const [shown, setShown] = useState<Shown<T>>({ value: undefined, error: undefined });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what `open` depends on.
  useEffect(() => {
    setShown({ value: undefined, error: undefined });
    const live = open();
    live.subscribe(
      (value) => setShown({ value, error: undefined }),
      (error) => setShown((before) => ({ ...before, error })),
    );
    return () => live.close();
  }, keys);
  return shown;
}
