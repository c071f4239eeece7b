// @vitest-environment happy-dom
/** What the page of an import says of errors that it does not show. */
import { cleanup, screen } from '@testing-library/react';
import type { ImportedPeople } from 'parley-client';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { afterEach, expect, it } from 'vitest';
import { readTable } from '../../src/people/csv.js';
import { ImportResult } from '../../src/people/ImportResult.js';
import { loadTexts } from '../../src/people/texts.js';
import { show } from './onScreen.js';

afterEach(cleanup);

/** An import of which all lines failed, with so many of its errors told. */
function failed({ lines, told, failedLines }: { lines: number; told: number; failedLines: string }): void {
  const errors = Array.from({ length: told }, (_, at) => ({
    line: at + 2,
    column: 'phone',
    value: 'x',
    message: 'no',
  }));
  const none = { created: 0, updated: 0, unchanged: 0, duplicates: 0 };
  const report: ImportedPeople = { rows: lines, ...none, failed: lines, errors, errorCount: lines, failedLines };
  show(
    <CommandsProvider>
      <ImportResult table={readTable('uid,phone\n')} name="people.csv" report={report} isDry />
    </CommandsProvider>,
    loadTexts,
  );
}

it('shows few errors as they are, without a word about others', async () => {
  failed({ lines: 3, told: 3, failedLines: '2-4' });
  expect(await screen.findAllByRole('row')).toHaveLength(4);
  expect(screen.queryByText(/are shown here|It says why|do not fit/)).toBeNull();
});

it('shows a hundred of many, and says that the file has all lines', async () => {
  failed({ lines: 120, told: 120, failedLines: '2-121' });
  expect(await screen.findAllByRole('row')).toHaveLength(101);
  screen.getByText('The first 100 are shown here. The file has all lines that failed.');
});

it('says how many errors have their reasons in the file, and how many lines do not fit', async () => {
  failed({ lines: 9_000, told: 5_000, failedLines: '2-8001' });
  const said = (await screen.findByText(/are shown here/)).textContent;
  expect(said).toContain('It says why for the first 5,000 errors');
  expect(said).not.toContain('all lines that failed');
  expect(said).toContain('1,000 more lines that failed do not fit into it');
});
