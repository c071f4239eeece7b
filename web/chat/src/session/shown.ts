/** A live value that stays open longer than one component shows it. */
import type { Live } from 'parley-client';
import type { Shown } from 'parley-screen/live.js';
import { useEffect, useState } from 'react';

export function useShown<T>(live: Live<T>): Shown<T> {
  const [shown, setShown] = useState<Shown<T>>({ value: live.value, error: live.error });
  useEffect(
    () =>
      live.subscribe(
        (value) => setShown({ value, error: undefined }),
        (error) => setShown((before) => ({ ...before, error })),
      ),
    [live],
  );
  return shown;
}
