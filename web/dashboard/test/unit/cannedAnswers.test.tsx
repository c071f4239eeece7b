// @vitest-environment happy-dom
/** Canned answers are for all of the staff: one is deleted once one has answered a question. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { afterEach, expect, it } from 'vitest';
import { type Session, SessionProvider } from '../../src/session/session.js';
import { CannedAnswersSection } from '../../src/settings/CannedAnswersSection.js';
import { loadTexts as loadOwn } from '../../src/settings/texts.js';
import { loadTexts as loadShell } from '../../src/texts.js';
import { alive } from './campaigns/alive.js';
import { show } from './onScreen.js';

afterEach(cleanup);

it('is deleted after a question', async () => {
  const removed: string[] = [];
  const answers = new Map([['a1', { shortcut: 'hi', name: 'Greeting', body: 'Hello' }]]);
  const cannedAnswers = () => Object.assign(alive(answers), { remove: async (id: string) => void removed.push(id) });
  const session = { dashboard: { cannedAnswers }, role: 'admin' } as unknown as Session;
  show(
    <CommandsProvider>
      <SessionProvider value={session}>
        <CannedAnswersSection />
      </SessionProvider>
    </CommandsProvider>,
    async (language) => ({ ...(await loadShell(language)), ...(await loadOwn(language)) }),
  );
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Delete “Greeting”' }));
  expect(await screen.findByRole('dialog', { name: 'Delete “Greeting”?' })).toBeTruthy();
  expect(removed).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Delete it' }));
  expect(removed).toEqual(['a1']);
});
