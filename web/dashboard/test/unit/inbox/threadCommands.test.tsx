// @vitest-environment happy-dom
/** What is done by keys with what was said in a case. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ChatSession, ShownMessage } from 'parley-client';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OpenCase } from '../../../src/inbox/case/openCase.js';
import type { Answers } from '../../../src/inbox/composer/answers.js';
import { Outbox } from '../../../src/inbox/composer/outbox.js';
import { Quoting } from '../../../src/inbox/composer/quoting.js';
import { loadTexts } from '../../../src/inbox/texts.js';
import { Thread } from '../../../src/inbox/thread/Thread.js';
import { timelineOf } from '../../../src/inbox/thread/timeline.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';
import { alive } from '../campaigns/alive.js';
import { show } from '../onScreen.js';

// The field that grows with its text waits for fonts, which happy-dom has none of.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

const done: string[] = [];

function said(id: string, fields: Partial<ShownMessage> = {}): ShownMessage {
  return { id, senderId: 'ann', state: 'sent', body: `This is ${id}`, ...fields };
}

const OURS = { senderId: 'service:acme', staffId: 'sam' };
const THREAD = [said('m1'), said('m2'), said('m3', OURS), said('m4', { ...OURS, staffId: 'ben' })];

async function open(messages: ShownMessage[], role: Session['role'] = 'agent') {
  const posting = {
    react: async (id: string, emoji: string | null) => void done.push(`${emoji} ${id}`),
    edit: async (id: string, body: string) => void done.push(`${id}: ${body}`),
  };
  const session = {
    chatId: 'ann:service:acme',
    posting,
    horizons: () => alive(new Map()),
    reactions: () => alive(new Map()),
  } as unknown as ChatSession;
  const answers = { outbox: new Outbox(() => undefined) } as Answers;
  const opened = { session, answers, quoting: new Quoting() } as OpenCase;
  const timeline = { entries: timelineOf(messages, [], false), hasOlder: false, hasNewer: false, error: undefined };
  show(
    <CommandsProvider>
      <SessionProvider value={{ uid: 'sam', role, serviceId: 'acme' } as Session}>
        <Thread opened={opened} timeline={timeline as never} person={{ userId: 'ann', name: 'Ann' }} />
      </SessionProvider>
    </CommandsProvider>,
    loadTexts,
  );
  await screen.findByText(`This is ${messages.at(-1)?.id}`);
  return userEvent.setup();
}

beforeEach(() => {
  done.length = 0;
  localStorage.clear();
});
afterEach(cleanup);

it('reacts to the last message of the person', async () => {
  const user = await open(THREAD);
  await user.keyboard('t');
  expect(done).toEqual(['👍 m2']);
});

it('edits one’s own last answer, and no colleague’s', async () => {
  const user = await open(THREAD);
  await user.keyboard('w');
  const field = screen.getByRole('textbox', { name: 'Edit' });
  expect(field).toBe(document.activeElement);
  await user.type(field, '!');
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(done).toEqual(['m3: This is m3!']);
});

it('opens the menu of the message that is chosen, or of the last one', async () => {
  const user = await open(THREAD);
  await user.keyboard('m');
  // Of a colleague's answer: it can be copied, and not edited.
  expect(await screen.findByRole('menuitem', { name: 'Copy the text' })).toBeTruthy();
  expect(screen.queryByRole('menuitem', { name: 'Edit' })).toBeNull();
  await user.keyboard('{Escape}');
  await user.keyboard('{Shift>}k{/Shift}m');
  expect(await screen.findByRole('menuitem', { name: 'Edit' })).toBeTruthy();
});

it('changes nothing for those who may only read', async () => {
  const user = await open(THREAD, 'viewer');
  await user.keyboard('twm');
  expect(done).toEqual([]);
  expect(screen.queryByRole('textbox', { name: 'Edit' })).toBeNull();
  expect(screen.queryByRole('menu')).toBeNull();
});
