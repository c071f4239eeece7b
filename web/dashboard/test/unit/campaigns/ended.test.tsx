// @vitest-environment happy-dom
/** The page of a campaign that has ended: how it went, and what can be done for those whom it did not reach. */
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { Timestamp } from 'firebase/firestore';
import type { CampaignJob, CampaignStatus } from 'parley-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/campaigns/job.js';
import { alive } from './alive.js';
import { type Entry, Ledger, sentTo } from './ledger.js';
import { open } from './onPage.js';
import { Drafts } from './studio.js';

afterEach(cleanup);

const JOB = {
  channels: ['chat', 'sms'],
  purpose: 'transactional',
  message: { body: 'Hello again' },
  schedule: { window: { from: '10:00', to: '18:00', timeZone: 'recipient' } },
} as unknown as CampaignJob;

/** People whom a campaign did not reach. */
function failedFor(count: number, state: Entry['state'] = 'failed'): Entry[] {
  return Array.from({ length: count }, (_, at) => ({ uid: `${state}${at}`, state, reason: 'noDevice' }));
}

class Ended extends Ledger {
  readonly drafts = new Drafts(new Map());
  readonly lists = new Map<string, string[]>();
  changes: Partial<CampaignStatus> = {};

  campaign = () => alive({ ...this.status, ...this.changes });
  campaignJob = () => alive(JOB);
  campaignDrafts = () => this.drafts;
  retryFailed = async () => ({ retried: 2, waiting: 1 });
  previewCampaign = () => new Promise(() => undefined);
  makeList = async (name: string) => {
    this.lists.set(name, []);
    return name;
  };
  putOnList = async (list: string, uids: string[]) => {
    if (uids.length > 450) throw new Error('more than one commit takes');
    this.lists.get(list)?.push(...uids);
  };

  async draft(): Promise<Draft> {
    const [stored] = (await this.drafts.first()).values();
    return stored?.job as unknown as Draft;
  }
}

it('those who failed get another attempt, and staff read how many have to wait', async () => {
  open('/campaigns/c1', new Ended([...sentTo(5), ...failedFor(3)], 100));
  await userEvent.setup().click(await screen.findByText('Retry 3 who failed'));
  expect(await screen.findByText(/^2 people get another attempt\. 1 waits for open pushes/)).toBeTruthy();
});

describe('a new campaign to those not reached', () => {
  it('names each of them, and is the old one otherwise', async () => {
    const ended = new Ended([...sentTo(5), ...failedFor(2), ...failedFor(1, 'skipped'), ...failedFor(1, 'unknown')], 2);
    const page = open('/campaigns/c1', ended);
    await userEvent.setup().click(await screen.findByText('New campaign to the 3 not reached'));
    expect(await screen.findByLabelText('Ids')).toHaveProperty('value', 'failed0\nfailed1\nskipped0');
    expect(page.address()).toBe('/campaigns/new?draft=new&step=audience');
    expect(await ended.draft()).toMatchObject({
      name: 'Spring',
      channels: ['chat', 'sms'],
      purpose: 'transactional',
      body: 'Hello again',
      window: { isOn: true, from: '10:00', to: '18:00', timeZone: 'recipient' },
    });
    expect(ended.lists.size).toBe(0);
  });

  it('goes by a new list if they are more than a campaign names, and leaves nobody out', async () => {
    const ended = new Ended([...failedFor(10_001), ...failedFor(9, 'skipped')], 5_000);
    const page = open('/campaigns/c1', ended, () => <p>The composer</p>);
    await userEvent.setup().click(await screen.findByText('New campaign to the 10,010 not reached'));
    await screen.findByText('The composer');
    expect(page.address()).toBe('/campaigns/new?draft=new&step=audience');
    const [[name, uids] = ['', []]] = ended.lists;
    expect(name).toBe('Not reached by “Spring”');
    expect(new Set(uids).size).toBe(10_010);
    expect(await ended.draft()).toMatchObject({ audience: { by: 'listId', listId: name, userIds: '' } });
  });

  it('is not offered where all were reached', async () => {
    open('/campaigns/c1', new Ended(sentTo(5), 100));
    await screen.findByText('5 reached + 0 waiting + 0 not reached = 5');
    expect(screen.queryByText(/^New campaign/)).toBeNull();
  });
});

describe('the plots', () => {
  const startedAt = Timestamp.fromMillis(Date.UTC(2026, 11, 1, 9));
  const show = async (curve: CampaignStatus['curve']): Promise<(string | null)[]> => {
    const ended = new Ended(sentTo(100), 100);
    ended.changes = { startedAt, ...(curve && { curve }) };
    open('/campaigns/c1', ended);
    await screen.findByText('100 reached + 0 waiting + 0 not reached = 100', { selector: 'section p' });
    return screen.queryAllByRole('img').map((each) => each.getAttribute('aria-label'));
  };

  it('show how an ended campaign went, to whoever comes later', async () => {
    const curve = { after: [1_000, 2_000, 60_000], reached: [10, 90, 100], unreached: [0, 0, 0] };
    expect(await show(curve)).toEqual([
      'People over time: 100 reached + 0 waiting + 0 not reached = 100',
      'People a second: fastest: 80',
    ]);
  });

  it('are left out where they would be one straight line', async () => {
    expect(await show({ after: [1_000], reached: [100], unreached: [0] })).toEqual([]);
    cleanup();
    expect(await show(undefined)).toEqual([]);
  });
});

it('a list that is being made tells how many are on it', async () => {
  const ended = new Ended(failedFor(10_001), 5_000);
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  ended.putOnList = () => held;
  open('/campaigns/c1', ended, () => <p>The composer</p>);
  await userEvent.setup().click(await screen.findByText('New campaign to the 10,001 not reached'));
  expect(await screen.findByText('0 of 10,001 on the list')).toBeTruthy();
  go();
  await waitFor(() => expect(screen.queryByText('The composer')).toBeTruthy());
});
