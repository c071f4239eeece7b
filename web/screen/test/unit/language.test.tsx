// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Component, type ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { LanguageProvider, type Texts, useTexts } from '../../src/language.js';

const LOST = new TypeError('Failed to fetch dynamically imported module');

/** What this browser says of its connection. */
let isOnline = true;
Object.defineProperty(navigator, 'onLine', { get: () => isOnline });

afterEach(() => {
  cleanup();
  localStorage.clear();
});

function Greeting() {
  return <p>{useTexts()('greeting')}</p>;
}

function Answer({ value }: { value: string }) {
  return <p>{useTexts()('answer', { value })}</p>;
}

class Failed extends Component<{ children: ReactNode }> {
  override state = { why: '' };
  static getDerivedStateFromError(error: Error): { why: string } {
    return { why: error.message };
  }
  override render(): ReactNode {
    return this.state.why || this.props.children;
  }
}

async function show(load: () => Promise<Texts>): Promise<void> {
  render(
    <Failed>
      <LanguageProvider load={load}>
        <Greeting />
      </LanguageProvider>
    </Failed>,
  );
  await act(() => Promise.resolve());
}

test('texts that cannot be loaded without a connection come when it is back', async () => {
  isOnline = false;
  await show(async () => {
    if (!isOnline) throw LOST;
    return { greeting: 'Hello' };
  });
  expect(document.body.textContent).toBe('');

  isOnline = true;
  act(() => void dispatchEvent(new Event('online')));

  expect(await screen.findByText('Hello')).toBeTruthy();
});

test('texts that the site does not have are an error of the page', async () => {
  isOnline = true;
  await show(() => Promise.reject(LOST));

  expect(await screen.findByText(LOST.message)).toBeTruthy();
});

test.each([
  ['ar', 'order 17 (late)', 'رد: \u2068order 17 (late)\u2069'],
  ['ar', 'late', 'رد: late'],
  ['en', 'order 17 (late)', 'رد: order 17 (late)'],
])('in %s, the value "%s" is kept apart from a text that runs the other way', async (language, value, shown) => {
  localStorage.setItem('parley.language', language);
  render(
    <LanguageProvider load={async () => ({ answer: 'رد: {value}' })}>
      <Answer value={value} />
    </LanguageProvider>,
  );
  expect((await screen.findByText(/رد/u)).textContent).toBe(shown);
});
