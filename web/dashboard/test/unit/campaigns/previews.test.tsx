// @vitest-environment happy-dom
/** The live preview of a draft, asked of a server that counts so many people a minute. */
import { act, cleanup, renderHook } from '@testing-library/react';
import { ParleyError } from 'parley-client';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Draft, type Job, newDraft } from '../../../src/campaigns/job.js';
import { RESTED_MS, SETTLED_LARGE_MS, SETTLED_MS } from '../../../src/campaigns/previewPlan.js';
import { type Preview, usePreview } from '../../../src/campaigns/usePreview.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';

const PEOPLE = ['ann', 'bob', 'cy', 'dan'];

/** Counts `size` people and says each text with a name; it refuses while `refusal` is there. */
class Server {
  asked: { people: string[] | undefined; body: string }[] = [];
  refusal: ParleyError | undefined;

  constructor(readonly size: number) {}

  previewCampaign = async (job: Job, userIds?: string[]): Promise<Preview> => {
    const { body } = job.message;
    this.asked.push({ people: userIds, body });
    if (this.refusal) throw this.refusal;
    const samples = (userIds ?? PEOPLE).map((userId) => ({ userId, channel: 'chat', text: `${body} ${userId}` }));
    const [first] = samples;
    if (!userIds && first) Object.assign(first, { picked: 'longest' });
    const counted = { audienceCount: userIds?.length ?? this.size, willSend: userIds?.length ?? this.size };
    const nothing = { excluded: {}, firestore: { reads: 0, writes: 0, deletes: 0, price: 0 }, warnings: [] };
    return { ...counted, ...nothing, samples, durationSeconds: 1 };
  };
}

function previewing(server: Server, draft: Draft) {
  const session = { dashboard: server, role: 'owner' } as unknown as Session;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionProvider value={session}>{children}</SessionProvider>
  );
  const { result, rerender } = renderHook(({ draft, isFinal }) => usePreview(draft, isFinal), {
    wrapper,
    initialProps: { draft, isFinal: false },
  });
  return { shown: () => result.current, change: (draft: Draft, isFinal = false) => rerender({ draft, isFinal }) };
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const hello: Draft = { ...newDraft, name: 'Spring', body: 'Hello' };
const dear: Draft = { ...hello, body: 'Dear' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('a large audience', () => {
  it('is counted once for a text, and again when the text rests; its texts are shown at once', async () => {
    const server = new Server(150_000);
    const { shown, change } = previewing(server, hello);
    await pass(SETTLED_MS);
    expect(shown()).toMatchObject({ isStale: false, isTextStale: false, preview: { willSend: 150_000 } });

    change(dear);
    expect(shown()).toMatchObject({ isStale: true, isTextStale: true, isCounting: false });
    await pass(SETTLED_MS);
    expect(server.asked.at(-1)).toEqual({ people: ['ann', 'bob', 'cy'], body: 'Dear' });
    expect(shown()).toMatchObject({ isStale: true, isTextStale: false, preview: { willSend: 150_000 } });
    const texts = shown().preview?.samples.map(({ text, picked }) => [text, picked]);
    expect(texts?.slice(0, 2)).toEqual([
      ['Dear ann', 'longest'],
      ['Dear bob', undefined],
    ]);

    await pass(RESTED_MS);
    expect(server.asked).toHaveLength(3);
    expect(shown()).toMatchObject({ isStale: false, isTextStale: false });
  });

  it('is counted for its very text before it is sent', async () => {
    const server = new Server(150_000);
    const { shown, change } = previewing(server, hello);
    await pass(SETTLED_MS);
    change(dear);
    await pass(SETTLED_MS);
    change(dear, true);
    expect(shown()).toMatchObject({ isStale: true, isCounting: true });
    await pass(SETTLED_LARGE_MS);
    expect(shown().isStale).toBe(false);
    expect(server.asked.map(({ people }) => people?.length)).toEqual([undefined, 3, undefined]);
  });
});

describe('a refusal', () => {
  it('for counting too many people keeps the counts and texts, and is asked again by itself', async () => {
    const server = new Server(100);
    const { shown, change } = previewing(server, hello);
    await pass(SETTLED_MS);
    server.refusal = new ParleyError({ act: 'preview', reason: 'tooMany', code: 'x', retryAfter: 30 });
    change(dear);
    await pass(SETTLED_MS);
    expect(shown()).toMatchObject({ isStale: true, isCounting: false, preview: { willSend: 100 } });
    expect(shown().error?.reason).toBe('tooMany');
    expect(shown().preview?.samples[0]?.text).toBe('Hello ann');

    server.refusal = undefined;
    await pass(29_000);
    expect(server.asked).toHaveLength(2);
    await pass(1_000);
    expect(shown()).toMatchObject({ isStale: false, error: undefined });
    expect(shown().preview?.samples[0]?.text).toBe('Dear ann');
  });

  it('is asked again at once by the button', async () => {
    const server = new Server(100);
    server.refusal = new ParleyError({ act: 'preview', reason: 'unavailable', code: 'x' });
    const { shown } = previewing(server, hello);
    await pass(SETTLED_MS);
    server.refusal = undefined;
    act(() => shown().askAgain());
    await pass(SETTLED_MS);
    expect(shown()).toMatchObject({ isStale: false, error: undefined });
  });

  it('of a text that is wrong keeps the counts, and is not repeated', async () => {
    const server = new Server(100);
    const { shown, change } = previewing(server, hello);
    await pass(SETTLED_MS);
    server.refusal = new ParleyError({ act: 'preview', reason: 'invalidArgument', code: 'x' });
    change(dear);
    await pass(120_000);
    expect(server.asked).toHaveLength(2);
    expect(shown()).toMatchObject({ isStale: true, isCounting: false, preview: { willSend: 100 } });
    server.refusal = undefined;
    change(hello);
    expect(shown()).toMatchObject({ isStale: false, error: undefined });
  });
});
