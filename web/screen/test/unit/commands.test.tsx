// @vitest-environment happy-dom

import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { useMemo } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandsProvider, useCommands, useKeyOf } from '../../src/commands/commands.js';
import { LanguageProvider } from '../../src/language.js';

const load = async () => ({});

function Page({ ran }: { ran: string[] }) {
  useCommands(useMemo(() => [{ id: 'page.close', text: 'Close', key: 'e', run: () => void ran.push('close') }], [ran]));
  return (
    <>
      <p>{useKeyOf('page.close')}</p>
      <input aria-label="answer" />
    </>
  );
}

async function open(): Promise<{ ran: string[]; leave(): void }> {
  const ran: string[] = [];
  const shown = (page?: ReactElement): ReactElement => (
    <LanguageProvider load={load}>
      <CommandsProvider>{page}</CommandsProvider>
    </LanguageProvider>
  );
  const { rerender } = render(shown(<Page ran={ran} />));
  await screen.findByLabelText('answer');
  return { ran, leave: () => rerender(shown()) };
}

describe('a command of a page', () => {
  beforeEach(() => localStorage.clear());
  afterEach(cleanup);

  it('runs by its key, and shows it', async () => {
    const { ran } = await open();
    await userEvent.keyboard('e');
    expect(ran).toEqual(['close']);
    expect(screen.getByText('e')).toBeDefined();
  });

  it('is silent while somebody types', async () => {
    const { ran } = await open();
    await userEvent.type(screen.getByLabelText('answer'), 'hello there');
    expect(ran).toEqual([]);
  });

  it('has the key that the person gave it', async () => {
    localStorage.setItem('parley.keys', JSON.stringify({ 'page.close': 'q' }));
    const { ran } = await open();
    await userEvent.keyboard('eq');
    expect(ran).toEqual(['close']);
  });

  it('is gone with its page', async () => {
    const { ran, leave } = await open();
    leave();
    await userEvent.keyboard('e');
    expect(ran).toEqual([]);
  });
});
