// @vitest-environment happy-dom
/** The campaigns that stand still are of all services: a link leads where it is not refused. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import type { HealthReport } from 'parley-client';
import { afterEach, expect, it } from 'vitest';
import { StandingCampaigns } from '../../src/health/StandingCampaigns.js';
import { loadTexts } from '../../src/health/texts.js';
import { type Session, SessionProvider } from '../../src/session/session.js';
import { show } from './onScreen.js';

afterEach(cleanup);

function standing(...campaigns: Partial<HealthReport['campaigns'][number]>[]): HealthReport {
  const all = campaigns.map((each) => ({ state: 'running', idleSeconds: 90, isStill: true, ...each }));
  return { campaigns: all, queues: [], deadLetters: [] } as unknown as HealthReport;
}

it('leads to another service where one has a role, and says so where one has none', async () => {
  const queries = new QueryClient();
  queries.setQueryData(['hasRole', 'acme', 'sam'], true);
  queries.setQueryData(['hasRole', 'shop', 'sam'], false);
  const report = standing(
    { campaignId: 'c1', name: 'News', serviceId: 'acme' },
    { campaignId: 'c2', name: 'Sale', serviceId: 'shop' },
    { campaignId: 'c3', name: 'Moves', serviceId: 'shop', isStill: false },
  );
  show(
    <QueryClientProvider client={queries}>
      <SessionProvider value={{ serviceId: 'default', uid: 'sam' } as unknown as Session}>
        <StandingCampaigns report={report} />
      </SessionProvider>
    </QueryClientProvider>,
    loadTexts,
  );

  const link = await screen.findByRole('link', { name: 'News' });
  expect(link.getAttribute('href')).toBe('/campaigns/c1?service=acme');
  expect(link.closest('td')?.textContent).toContain('Service “acme”');
  const named = screen.getByText('Sale').closest('td');
  expect(named?.textContent).toContain('Service “shop”');
  expect(named?.textContent).toContain('You have no role there.');
  expect(screen.getAllByRole('link').length).toBe(1);
  expect(screen.queryByText('Moves')).toBeNull();
});
