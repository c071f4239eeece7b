/** Waiting for a condition with a deadline: the only way in which the demo waits. */

const POLL_MS = 25;
const SLOWEST_POLL_MS = 1000;

export class Late extends Error {}

/**
 * The first truthy value of `condition`; `Late`, naming `what`, at the deadline.
 *
 * Asks again ever more slowly, since a condition may be a request.
 *
 * @template T
 * @param {string} what
 * @param {number} seconds
 * @param {() => T | Promise<T>} condition
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, seconds, condition) {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.2, SLOWEST_POLL_MS)) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Late(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
