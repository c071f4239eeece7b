/** The order of what the server keeps by `at`, the newest first. */
import type { Timestamp } from 'parley-client';
import type { Places } from './listWindow.js';

export function newestBy<Item extends { at: Timestamp }>(idOf: (item: Item) => string): Places<Item> {
  return {
    idOf,
    compare(one, other) {
      const difference = other.at.seconds - one.at.seconds || other.at.nanoseconds - one.at.nanoseconds;
      if (difference !== 0) return difference;
      return idOf(one) < idOf(other) ? 1 : idOf(one) > idOf(other) ? -1 : 0;
    },
  };
}
