// @vitest-environment happy-dom
/** A campaign is steered by keys as by its buttons. */
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { CampaignStatus } from 'parley-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alive } from './alive.js';
import { Ledger, sentTo } from './ledger.js';
import { open } from './onPage.js';
import { Studio } from './studio.js';

const PATIENCE = { timeout: 30_000 };
const given: string[] = [];

beforeEach(() => {
  given.length = 0;
  localStorage.clear();
});
afterEach(cleanup);

async function openCampaign(state: CampaignStatus['state']): Promise<ReturnType<typeof userEvent.setup>> {
  const ledger = new Ledger(sentTo(3), 100);
  const status = { ...ledger.status, state };
  open(
    '/campaigns/c1',
    Object.assign(ledger, {
      campaign: () => alive(status),
      campaignJob: () => alive(null),
      command: async (_: string, command: string) => void given.push(command),
    }),
  );
  await screen.findByRole('button', { name: 'Cancel' }, PATIENCE);
  return userEvent.setup();
}

describe('a campaign', () => {
  it('is paused by a key while it runs, and not resumed', async () => {
    const user = await openCampaign('running');
    await user.keyboard('rp');
    expect(given).toEqual(['pause']);
  });

  it('is resumed by a key while it is paused', async () => {
    const user = await openCampaign('paused');
    await user.keyboard('pr');
    expect(given).toEqual(['resume']);
  });

  it('is cancelled by a key once one has answered the question', async () => {
    const user = await openCampaign('running');
    await user.keyboard('x');
    await screen.findByRole('dialog', { name: 'Cancel this campaign?' }, PATIENCE);
    await user.keyboard('xp');
    expect(given).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Cancel the campaign' }));
    expect(given).toEqual(['cancel']);
  });
});

it('a draft is opened by keys', async () => {
  const page = open('/campaigns', new Studio());
  await screen.findByText('Spring', {}, PATIENCE);
  await userEvent.setup().keyboard('jo');
  await waitFor(() => expect(page.address()).toBe('/campaigns/new?draft=d1&step=time'), PATIENCE);
});
