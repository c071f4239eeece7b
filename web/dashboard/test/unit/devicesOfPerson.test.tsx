// @vitest-environment happy-dom
/** The devices of a person, as staff see them. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import type { DeviceOfPerson } from 'parley-client';
import { afterEach, expect, it } from 'vitest';
import { DevicesOfPerson } from '../../src/people/DevicesOfPerson.js';
import { loadTexts } from '../../src/people/texts.js';
import { type Session, SessionProvider } from '../../src/session/session.js';
import { show } from './onScreen.js';

afterEach(cleanup);

function devices(...found: DeviceOfPerson[]): void {
  const session = { serviceId: 'acme', dashboard: { devicesOf: async () => found } } as unknown as Session;
  show(
    <QueryClientProvider client={new QueryClient()}>
      <SessionProvider value={session}>
        <DevicesOfPerson uid="ann" />
      </SessionProvider>
    </QueryClientProvider>,
    loadTexts,
  );
}

it('are named by their platform and language, with the time of their last registration', async () => {
  devices(
    { platform: 'web', updatedAt: '2026-12-01T09:00:00Z' },
    { platform: 'ios', locale: 'de-DE', updatedAt: '2026-10-02T09:00:00Z' },
  );
  const rows = (await screen.findAllByRole('row')).map(({ textContent }) => textContent);
  expect(rows[0]).toMatch(/^BrowserRegistered Dec 1, 2026/);
  expect(rows[1]).toMatch(/^iPhone or iPad, de-DERegistered Oct 2, 2026/);
});

it('are missed in words, so that staff know why no push arrives', async () => {
  devices();
  expect(await screen.findByText('No device is registered, so pushes do not reach this person.')).toBeTruthy();
});
