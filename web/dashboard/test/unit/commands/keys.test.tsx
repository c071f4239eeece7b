// @vitest-environment happy-dom
/** The keys that commands have at first, and the dialog that changes them on any page. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { IntlMessageFormat } from 'intl-messageformat';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import type { Values } from 'parley-screen/language.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMPAIGN_COMMANDS, COMPOSING_COMMANDS } from '../../../src/campaigns/commandList.js';
import * as all from '../../../src/commands/allCommands.js';
import { PAGES } from '../../../src/shell/pageList.js';
import { loadTexts } from '../../../src/texts.js';
import { show } from '../onScreen.js';
import { sources } from './buttons.js';

const { commands } = all;

/** The keys of every page. */
function shellKeys(): string[] {
  const [, source = ''] = sources().find(([file]) => file.endsWith('shellCommands.ts')) ?? [];
  const own = [...source.matchAll(/key: '([^']+)'/g)].map(([, key = '']) => key);
  return [...PAGES.map(({ key }) => key), ...own, 'Mod+K', '?'];
}

describe('keys', () => {
  it('are given once on each page', () => {
    const pages = new Set(commands.flatMap(({ pages = [] }) => pages));
    for (const page of pages) {
      const offered = commands.filter((each) => !each.pages || each.pages.includes(page));
      const keys = [...shellKeys(), ...offered.flatMap(({ key }) => key ?? [])];
      expect({ page, twice: keys.filter((key, at) => keys.indexOf(key) !== at) }).toEqual({ page, twice: [] });
    }
    expect(pages.size).toBe(11);
  });

  it('are those of commands that are listed once', () => {
    const ids = commands.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });
});

describe('a command', () => {
  it.each(['en', 'de', 'ar'] as const)('has words on every page, in %s', async (language) => {
    const texts = { ...(await loadTexts(language)), ...(await all.loadTexts(language)) };
    const t = (key: string, values?: Values): string => {
      const text = texts[key];
      if (text === undefined) throw new Error(`there is no text ${key}`);
      return String(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).format(values));
    };
    const said = commands.map(({ text, group }) => `${group(t)}: ${text(t)}`);
    // Two that cannot be told apart would be one line of the dialog twice.
    expect(said.filter((words, at) => said.indexOf(words) !== at)).toEqual([]);
  });
});

describe('the dialog of keys', () => {
  beforeEach(() => localStorage.clear());
  afterEach(cleanup);

  it('gives a key to a command of a page that was not opened', async () => {
    const user = userEvent.setup();
    const listed = Object.values({ ...COMPOSING_COMMANDS, ...CAMPAIGN_COMMANDS });
    show(
      <CommandsProvider loadAll={async () => ({ ...all, commands: listed })}>
        <p>A page without commands</p>
      </CommandsProvider>,
      loadTexts,
    );
    await screen.findByText('A page without commands');
    await user.keyboard('?');
    const field = await screen.findByLabelText('Find a command', {}, { timeout: 60_000 });
    // And two of the provider: the bar, and this dialog.
    expect(screen.getAllByText(/^Change the key of/).length).toBe(listed.length + 2);
    expect(screen.getByText('Change the key of “Go to the step “Message””')).toBeTruthy();

    await user.click(field);
    await user.paste('cancel the camp');
    await user.click(screen.getByText(/^Change the key of/));
    await user.keyboard('y');
    expect(JSON.parse(localStorage.getItem('parley.keys') ?? '{}')).toEqual({ 'campaigns.cancel': 'y' });
  });
});
