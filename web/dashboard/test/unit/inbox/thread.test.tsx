// @vitest-environment happy-dom
/** A thread on the screen: what is drawn when something arrives. */
import { act, cleanup, screen } from '@testing-library/react';
import type { ChatSession, Live, ReadReceipt, ShownMessage, Timestamp } from 'parley-client';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { useEffect, useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import type { OpenCase } from '../../../src/inbox/case/openCase.js';
import type { Answers } from '../../../src/inbox/composer/answers.js';
import { Outbox } from '../../../src/inbox/composer/outbox.js';
import { Quoting } from '../../../src/inbox/composer/quoting.js';
import { loadTexts } from '../../../src/inbox/texts.js';
import { Thread } from '../../../src/inbox/thread/Thread.js';
import { timelineOf } from '../../../src/inbox/thread/timeline.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';
import { show } from '../onScreen.js';

const ANN = { userId: 'ann', name: 'Ann' };

function at(seconds: number): Timestamp {
  const toDate = (): Date => new Date(Date.UTC(2026, 10, 1) + seconds * 1000);
  return { seconds, nanoseconds: 0, toDate, toMillis: () => toDate().getTime() };
}

/** How often the text of each message was looked at: only its bubble does. */
const drawn: Record<string, number> = {};

function said(id: string, seconds: number, senderId = 'ann'): ShownMessage {
  const message: ShownMessage = { id, senderId, state: 'sent', createdAt: at(seconds) };
  return Object.defineProperty(message, 'body', {
    enumerable: true,
    get() {
      drawn[id] = (drawn[id] ?? 0) + 1;
      return `This is ${id}`;
    },
  });
}

/** A live value of which the test tells. */
class Told<T> {
  private readonly listeners = new Set<(value: T) => void>();

  tell(value: T): void {
    for (const listener of this.listeners) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.listeners.clear();
  }

  get asLive(): Live<T> {
    return this as unknown as Live<T>;
  }
}

const horizons = new Told<Map<string, ReadReceipt>>();
const messages = new Told<ShownMessage[]>();
const session = {
  chatId: 'ann:case:acme',
  horizons: () => horizons.asLive,
  reactions: () => new Told().asLive,
} as unknown as ChatSession;
const answers = { outbox: new Outbox(() => undefined) } as Answers;
const opened = { session, answers, quoting: new Quoting() } as OpenCase;
const staff = { uid: 'sam', role: 'agent', serviceId: 'acme' } as Session;

function Shown({ first }: { first: ShownMessage[] }) {
  const [shown, setShown] = useState(first);
  useEffect(() => messages.subscribe(setShown), []);
  const timeline = { entries: timelineOf(shown, [], false), hasOlder: false, hasNewer: false, error: undefined };
  return <Thread opened={opened} timeline={timeline} person={ANN} />;
}

async function shown(first: ShownMessage[]): Promise<void> {
  show(
    <CommandsProvider>
      <SessionProvider value={staff}>
        <Shown first={first} />
      </SessionProvider>
    </CommandsProvider>,
    loadTexts,
  );
  await screen.findByText(`This is ${first.at(-1)?.id}`);
  for (const id of Object.keys(drawn)) drawn[id] = 0;
}

afterEach(cleanup);

it('draws a message that arrives, and none of the others anew', async () => {
  const before = ['m1', 'm2', 'm3'].map((id, index) => said(id, index));
  await shown(before);

  act(() => messages.tell([...before, said('m4', 4)]));

  expect(screen.getByText('This is m4')).toBeTruthy();
  expect(drawn).toMatchObject({ m1: 0, m2: 0, m3: 0 });
  expect(drawn.m4).toBeGreaterThan(0);
});

it('draws the answers anew that the person has read since, and no more', async () => {
  await shown([said('m5', 1, 'service:acme'), said('m6', 2), said('m7', 3, 'service:acme')]);
  expect(screen.getAllByLabelText('sent').length).toBe(2);

  act(() => horizons.tell(new Map([['ann', { readTo: at(2), deliveredTo: at(2), readAt: at(2) }]])));

  expect(screen.getAllByLabelText('sent').length).toBe(1);
  expect(screen.getByLabelText('read by Ann')).toBeTruthy();
  expect(drawn.m5).toBeGreaterThan(0);
  expect(drawn).toMatchObject({ m6: 0, m7: 0 });
});
