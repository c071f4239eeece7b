/** What reached the stand-in for FCM, and what should have: told apart by device and message. */
import { createHash } from 'node:crypto';
import { FCM } from './settings.mjs';

/**
 * The id under which a repeated push replaces itself on a device.
 * @param {string} chatId
 * @param {string} messageId
 */
export const tagOf = (chatId, messageId) => createHash('sha256')
  .update(`${chatId}/${messageId}`).digest('hex').slice(0, 32);

/**
 * @typedef {object} Push
 * @property {string} token
 * @property {string} tag
 * @property {number} status what the stand-in answered
 * @property {number} at when, in milliseconds
 * @property {any} message as sent
 */

/**
 * Every push that this run's devices were sent, in order; other runs' are left out.
 * @param {Set<string>} tokens of this run
 * @returns {Promise<Push[]>}
 */
export async function sentTo(tokens) {
  const response = await fetch(`${FCM}/_/messages`);
  if (!response.ok) throw new Error(`${FCM}/_/messages answered ${response.status}`);
  const log = /** @type {any[]} */ (await response.json());
  return log
    .map(({ at, request, status }) => ({
      token: request?.message?.token ?? request?.message?.fid,
      tag: request?.message?.android?.notification?.tag,
      status,
      at: typeof at === 'number' ? at * (at < 1e11 ? 1000 : 1) : Date.parse(at),
      message: request?.message,
    }))
    .filter(({ token }) => tokens.has(token));
}

/** The pushes that a run expects: each a device and a message. */
export class Expected {
  /** @type {Set<string>} */
  keys = new Set();
  /** @type {Set<string>} */
  tokens = new Set();

  /**
   * @param {string[]} tokens
   * @param {{chatId: string, messageId: string}} message
   */
  add(tokens, { chatId, messageId }) {
    const tag = tagOf(chatId, messageId);
    for (const token of tokens) {
      this.tokens.add(token);
      this.keys.add(key({ token, tag }));
    }
  }

  get count() {
    return this.keys.size;
  }

  /**
   * How many of the expected were accepted, and how many notifications nobody expected.
   * A repeat under the same tag replaces itself on the device, so it counts once.
   * @param {Iterable<string>} [alsoWatched] tokens to which nothing may go
   */
  async compare(alsoWatched = []) {
    const pushes = await sentTo(new Set([...this.tokens, ...alsoWatched]));
    const accepted = pushes.filter(({ status }) => status === 200);
    const shown = new Set(accepted.map(key));
    const arrived = [...shown].filter((each) => this.keys.has(each)).length;
    return {
      arrived, unexpected: shown.size - arrived, repeats: accepted.length - shown.size, pushes,
    };
  }
}

/** @param {{token: string, tag: string}} push */
const key = ({ token, tag }) => `${token} ${tag}`;
