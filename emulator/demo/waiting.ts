/** Wait for a condition until a deadline. */

const POLL_MS = 25;
const SLOWEST_POLL_MS = 1000;

export class Late extends Error {}

/**
 * Return the first truthy value of `condition`; throw `Late`, which names `what`, at the deadline.
 *
 * Polls less and less often, since a condition may be a request.
 */
export async function until<T>(
  what: string,
  seconds: number,
  condition: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.2, SLOWEST_POLL_MS)) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Late(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
