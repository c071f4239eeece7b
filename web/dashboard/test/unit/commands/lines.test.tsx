// @vitest-environment happy-dom
/** Lines of a list are chosen and acted on by keys. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lineOf, usePageLines } from '../../../src/commands/useLines.js';
import { type Act, usePageCommands } from '../../../src/commands/usePageCommands.js';
import Notices from '../../../src/shell/Notices.js';
import { loadTexts } from '../../../src/texts.js';
import { show } from '../onScreen.js';

const LIST = {
  'test.uphold': { id: 'test.uphold', text: () => 'Uphold', group: () => 'Test', key: 'u' },
  'test.save': { id: 'test.save', text: () => 'Save', group: () => 'Test', key: 'Mod+S' },
};

const done: string[] = [];

function Page({ ids, save }: { ids: string[]; save?: Act }) {
  const lines = usePageLines();
  usePageCommands(LIST, { 'test.uphold': lines.act('uphold'), ...(save && { 'test.save': save }) });
  return (
    <div {...lines.around}>
      {ids.map((id) => (
        <p key={id} {...lineOf(id)} data-testid={id}>
          <button type="button" data-act="uphold" onClick={() => done.push(id)}>
            Uphold {id}
          </button>
        </p>
      ))}
    </div>
  );
}

async function open(ids: string[], save?: Act): Promise<ReturnType<typeof userEvent.setup>> {
  show(
    <CommandsProvider>
      <Notices />
      <Page ids={ids} {...(save && { save })} />
    </CommandsProvider>,
    loadTexts,
  );
  await screen.findByText(`Uphold ${ids[0]}`);
  return userEvent.setup();
}

const chosen = (): string[] =>
  [...document.querySelectorAll('[data-chosen]')].map((line) => line.getAttribute('data-testid') ?? '');

beforeEach(() => {
  done.length = 0;
  localStorage.clear();
});
afterEach(cleanup);

it('goes through the lines, and stays at their ends', async () => {
  const user = await open(['a', 'b']);
  await user.keyboard('j');
  expect(chosen()).toEqual(['a']);
  await user.keyboard('jj');
  expect(chosen()).toEqual(['b']);
  await user.keyboard('kkk');
  expect(chosen()).toEqual(['a']);
});

it('presses the button of the line that is chosen, by keys or a click', async () => {
  const user = await open(['a', 'b', 'c']);
  await user.keyboard('jju');
  expect(done).toEqual(['b']);
  await user.click(screen.getByText('Uphold c'));
  await user.keyboard('u');
  expect(done).toEqual(['b', 'c', 'c']);
});

it('says that a line must be chosen first', async () => {
  const user = await open(['a']);
  await user.keyboard('u');
  expect(done).toEqual([]);
  expect(await screen.findByText(/Choose a line of the list first/)).toBeTruthy();
});

it('does what cannot be done now no more than its button, and says why', async () => {
  const user = await open(['a'], { run: () => done.push('saved'), why: 'Nothing was changed here.' });
  await user.keyboard('{Control>}s{/Control}');
  expect(done).toEqual([]);
  expect(await screen.findByText('Nothing was changed here.')).toBeTruthy();
});

it('offers nothing whose act is not shown', async () => {
  const user = await open(['a'], { run: () => done.push('saved'), isShown: false });
  await user.keyboard('{Control>}s{/Control}');
  expect(done).toEqual([]);
});
