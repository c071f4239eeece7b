/** What a client sees by listening. */
import { until } from './waiting.mjs';

const LISTEN_SECONDS = 30;

/** @typedef {import('firebase/firestore').DocumentData & {id: string}} Found */

/** A listener's view of a collection or a document, as it stands now. */
export class Watched {
  /** @type {Map<string, Found>} by id, in the order of the query */
  docs = new Map();
  /** @type {Map<string, number>} when each document was first seen, by `performance.now()` */
  seenAt = new Map();
  /** @type {Error | null} */
  error = null;
  /** Whether the server has answered; what the SDK tells before comes from its empty cache. */
  live = false;

  /**
   * @param {(
   *   next: (found: Found[], fromCache: boolean) => void, failed: (error: Error) => void,
   * ) => () => void} listen
   */
  constructor(listen) {
    this.stop = listen(
      (found, fromCache) => {
        this.live ||= !fromCache;
        this.docs = new Map(found.map((each) => [each.id, each]));
        for (const each of found) {
          if (!this.seenAt.has(each.id)) this.seenAt.set(each.id, performance.now());
        }
      },
      (error) => { this.error = error; },
    );
  }

  /** @param {string} id */
  get(id) {
    if (this.error) throw this.error;
    return this.docs.get(id);
  }
}

/**
 * Wait until the server has answered each listener, as somebody does who opens a chat and then
 * writes. The emulator can lose to a listener what is committed while it begins to listen.
 * @param {Watched[]} watched
 */
export async function allLive(watched) {
  await until('the listeners to begin', LISTEN_SECONDS, () => watched.every((watch) => {
    if (watch.error) throw watch.error;
    return watch.live;
  }));
}

/**
 * Unread, as every chat list computes it.
 * @param {Found | undefined} row
 */
export const unread = (row) => (row ? row.messageCount - row.readCount : null);
