/** A recount of the whole project from the browser, which may take more calls than a minute has. */
import { ParleyError, type Reconciled } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { beginRecount, type Recount, recount } from '../../src/health/recount.js';

const DRIFTED = { kind: 'unread', path: 'userChats/ann/chats/a:b', found: '2', expected: '1' };
const page = (nextCursor?: string): Reconciled => ({
  checked: 25,
  drifts: [DRIFTED],
  drifted: 1,
  repaired: 0,
  unreadable: ['chats/broken'],
  ...(nextCursor !== undefined && { nextCursor }),
});
const tooMany = (retryAfter?: number) =>
  new ParleyError({ act: 'recount', reason: 'tooMany', ...(retryAfter !== undefined && { retryAfter }) });

/** A server that gives these answers in turn, and everything that a recount did with them. */
function server(...answers: (Reconciled | Error)[]) {
  const ending = new AbortController();
  const asked: object[] = [];
  const waits: number[] = [];
  const seen: Recount[] = [];
  return {
    asked,
    waits,
    seen,
    ending,
    run: (from: Recount) =>
      recount(from, {
        async ask(request) {
          asked.push(request);
          const answer = answers.shift();
          if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often');
          return answer;
        },
        async wait(seconds) {
          waits.push(seconds);
        },
        onFound: (found) => seen.push(found),
        signal: ending.signal,
      }),
  };
}

describe('a recount', () => {
  it('adds up the pages until the last', async () => {
    const { run, asked, seen } = server(page('chats/b'), page());
    await run(beginRecount(false));
    expect(asked).toEqual([{ repair: false }, { repair: false, cursor: 'chats/b' }]);
    expect(seen.at(-1)).toEqual({
      isRepair: false,
      checked: 50,
      repaired: 0,
      drifted: 2,
      unreadable: 2,
      drifts: [DRIFTED, DRIFTED],
    });
  });

  it('waits as long as the server asks, and goes on with the same page', async () => {
    const { run, asked, waits, seen } = server(page('chats/b'), tooMany(42), tooMany(3), page());
    await run(beginRecount(true));
    expect(waits).toEqual([42, 3]);
    expect(asked.slice(1)).toEqual(Array(3).fill({ repair: true, cursor: 'chats/b' }));
    expect(seen.at(-1)?.checked).toBe(50);
  });

  it.each([
    ['fails', new ParleyError({ act: 'recount', reason: 'unavailable' })],
    ['is refused without a time', tooMany()],
  ])('that %s can go on from where it stopped', async (_, failure) => {
    const { run, seen } = server(page('chats/b'), failure);
    await expect(run(beginRecount(false))).rejects.toBe(failure);
    const stopped = seen.at(-1) as Recount;
    expect(stopped.cursor).toBe('chats/b');

    const later = server(page());
    await later.run(stopped);
    expect(later.asked).toEqual([{ repair: false, cursor: 'chats/b' }]);
    expect(later.seen.at(-1)).toMatchObject({ checked: 50, drifted: 2 });
  });

  it('asks nothing more once it is ended', async () => {
    const { run, asked, seen, ending } = server(page('chats/b'), tooMany(42), page());
    const running = run(beginRecount(false));
    ending.abort();
    await running;
    expect(asked).toHaveLength(1);
    expect(seen).toEqual([]);
  });
});
