// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { type Live, ParleyError } from 'parley-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LanguageProvider } from '../../src/language.js';
import { useLive } from '../../src/live.js';
import { Failure } from '../../src/States.js';
import { loadTexts } from '../../src/texts.js';

/** A live value that the test sets, or ends. */
class Told {
  set: (value: string) => void = () => undefined;
  fail: (error: ParleyError) => void = () => undefined;
  isClosed = false;

  subscribe(set: (value: string) => void, fail: (error: ParleyError) => void): () => void {
    this.set = set;
    this.fail = fail;
    return () => undefined;
  }

  close(): void {
    this.isClosed = true;
  }
}

const opened: Told[] = [];

function open(): Live<string> {
  const told = new Told();
  opened.push(told);
  return told as unknown as Live<string>;
}

function Shown() {
  const { value, error, retry } = useLive(open, []);
  if (error) return <Failure error={error} onRetry={retry} />;
  return <p>{value ?? 'nothing yet'}</p>;
}

async function show(language: string): Promise<void> {
  localStorage.setItem('parley.language', language);
  render(
    <LanguageProvider load={loadTexts}>
      <MantineProvider env="test">
        <Shown />
      </MantineProvider>
    </LanguageProvider>,
  );
  await waitFor(() => expect(opened).toHaveLength(1));
}

function end(error: ParleyError): void {
  act(() => opened.at(-1)?.fail(error));
}

beforeEach(() => {
  opened.length = 0;
});
afterEach(cleanup);

const gone = new ParleyError({ act: 'read services/acme', reason: 'notStaff', code: 'permission-denied' });

it('a live value that has ended is opened anew when one tries again', async () => {
  await show('en');
  act(() => opened.at(-1)?.set('one'));
  end(gone);
  expect(screen.queryByText('one')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(opened).toHaveLength(2);
  expect(opened[0]?.isClosed).toBe(true);
  act(() => opened.at(-1)?.set('two'));
  expect(screen.getByText('two')).toBeTruthy();
});

it('a failure that is told in English on a page of another language is marked as English', async () => {
  await show('ar');
  const fields = [{ field: 'title', message: 'title must be one line', value: '' }];
  end(new ParleyError({ act: 'save', reason: 'invalidArgument', code: 'invalid-argument', why: 'no', fields }));
  const marked = screen.getByRole('alert').querySelector('[lang=en]');
  expect(marked?.textContent).toContain('Could not save');
  expect(marked?.getAttribute('dir')).toBe('auto');
});

it('a failure in the language of the page is not', async () => {
  await show('de');
  end(gone);
  expect(screen.getByRole('alert').querySelector('[lang=en]')).toBeNull();
});
