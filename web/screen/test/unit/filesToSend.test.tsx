// @vitest-environment happy-dom
/** The files above a composer: how far each is, and what can be done about one that failed. */
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { FilesToSend } from '../../src/FilesToSend.js';
import { LanguageProvider } from '../../src/language.js';
import { loadTexts } from '../../src/texts.js';
import type { FileToSend } from '../../src/uploads.js';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanup);

function file(name: string, state: FileToSend['state'], share = 0): FileToSend {
  const attachment = { path: name, contentType: 'image/png', size: 2_000, name };
  return { id: name, name, size: 2_000, share, state, attachment };
}

async function show(...files: FileToSend[]): Promise<{ retried: string[]; removed: string[] }> {
  const done = { retried: [] as string[], removed: [] as string[] };
  const uploads = {
    files,
    retry: (id: string) => void done.retried.push(id),
    remove: (id: string) => void done.removed.push(id),
  };
  localStorage.setItem('parley.language', 'en');
  render(
    <LanguageProvider load={loadTexts}>
      <MantineProvider env="test">
        <FilesToSend uploads={uploads} />
        <p>here</p>
      </MantineProvider>
    </LanguageProvider>,
  );
  await screen.findByText('here');
  return done;
}

it('shows how far each file is, and takes one away', async () => {
  const { removed } = await show(file('a.png', 'uploading', 0.4), file('b.png', 'uploaded', 1));
  const [first, second] = screen.getAllByRole('listitem').map((each) => within(each));
  const bar = first?.getByRole('progressbar', { name: 'a.png is being uploaded' });
  expect(bar?.getAttribute('aria-valuenow')).toBe('40');
  expect(second?.getByRole('img', { name: 'uploaded' })).toBeTruthy();
  expect(second?.getByText('2.0 kB')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Remove b.png' }));
  expect(removed).toEqual(['b.png']);
});

it('says what failed, and tries again what can be tried again', async () => {
  const { retried } = await show(file('run.html', 'failed'), file('film.mp4', 'tooLarge'));
  expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toEqual([
    'run.html could not be uploaded. Remove it, or try again.',
    expect.stringMatching(/^film\.mp4 is larger than \d+ MB\. Remove it to send\.$/u),
  ]);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retried).toEqual(['run.html']);
});

it('shows nothing while there are no files', async () => {
  await show();
  expect(screen.queryByRole('list')).toBeNull();
});
