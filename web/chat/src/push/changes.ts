/** How often push was turned on or off on this page. */
import { useSyncExternalStore } from 'react';

let changes = 0;
const listeners = new Set<() => void>();

export function pushChanged(): void {
  changes += 1;
  for (const listener of listeners) listener();
}

export function usePushChanges(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => changes,
  );
}
