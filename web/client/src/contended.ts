/** Call again what the server could not do because others were changing the same at that moment. */
import type { ParleyError } from './errors.js';
import type { Clock } from './pacing.js';

/** After the first try. With their waits they take four to seven seconds. */
const REPEATS = 3;
const FIRST_WAIT_MS = 1_000;
/** If the server asks for a longer wait, the caller decides. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Ask until the server does it or refuses it for another reason, a few times. `isIdempotent` tells
 * whether a repeat is recognized; if not, only what was surely not done is asked again.
 */
export async function untilUncontended<T>(clock: Clock, isIdempotent: boolean, ask: () => Promise<T>): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = waitAfter(error as ParleyError, isIdempotent, repeats);
      if (wait === undefined) throw error;
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }
}

function waitAfter({ reason, code, retryAfter = 0 }: ParleyError, isIdempotent: boolean, repeats: number) {
  // `aborted` was surely not done; `unavailable` may have been done by a commit whose answer was lost.
  const mayRepeat = reason === 'contended' && (isIdempotent || code === 'aborted');
  if (!mayRepeat || repeats === REPEATS || retryAfter * 1_000 > LONGEST_WAIT_MS) return undefined;
  // A random part, since those who contend would meet again.
  const wait = FIRST_WAIT_MS * 2 ** repeats * (0.5 + Math.random() / 2);
  return Math.max(wait, retryAfter * 1_000);
}
