// @vitest-environment happy-dom
/** The people of a campaign on its page: whoever matches is found, wherever they stand in its ledger. */
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { alive } from './alive.js';
import { type Entry, Ledger, refusedFor, sentTo } from './ledger.js';
import { open } from './onPage.js';

afterEach(cleanup);

function openCampaign(ledger: Ledger): ReturnType<typeof userEvent.setup> {
  const dashboard = { campaign: () => alive(ledger.status), campaignJob: () => alive(null) };
  open('/campaigns/c1', Object.assign(ledger, dashboard));
  return userEvent.setup();
}

const search = () => screen.findByLabelText(/^Search by name/);
const state = () => screen.findByLabelText('State', { selector: 'select' });
const explained = (): string[] =>
  [...document.querySelectorAll('[data-act="explain"]')].map((each) => each.getAttribute('aria-label') ?? '');
const more = () => screen.findByText('Show more');
const shows = (...names: string[]) =>
  waitFor(() => expect(explained()).toEqual(names.map((name) => `Explain ${name}`)));

const LAST: Entry = { uid: 'zed', state: 'failed', reason: 'noDevice' };

describe('a state', () => {
  it('is asked of the server, so that the last of thousands who failed is found by one call', async () => {
    const ledger = new Ledger([...sentTo(2_000), LAST], 100);
    const user = openCampaign(ledger);
    await user.selectOptions(await state(), 'Failed');
    await shows('zed');
    expect(ledger.asked).toEqual([
      { cursor: undefined, state: undefined },
      { cursor: undefined, state: 'failed' },
    ]);
    expect(screen.queryByText('Show more')).toBeNull();
  });

  it('that nobody is in says so once the server has answered', async () => {
    const ledger = new Ledger(sentTo(300), 100);
    const user = openCampaign(ledger);
    await shows(...sentTo(50).map(({ uid }) => uid));
    const release = ledger.hold();
    await user.selectOptions(await state(), 'Failed');
    await screen.findByLabelText('Loading');
    expect(screen.queryByText(/^Nobody matches/)).toBeNull();
    release();
    expect(await screen.findByText(/^Nobody matches/)).toBeTruthy();
  });
});

describe('a search', () => {
  it('reads on by itself to the last page, and tells how far it is', async () => {
    const ledger = new Ledger([...sentTo(900), LAST], 100);
    const user = openCampaign(ledger);
    await shows(...sentTo(50).map(({ uid }) => uid));
    const release = ledger.hold();
    await user.type(await search(), 'device');
    expect(await screen.findByText('Nobody in 100 of 901 people so far')).toBeTruthy();
    expect(screen.queryByText(/^Nobody matches/)).toBeNull();
    release();
    await shows('zed');
    expect(ledger.asked).toHaveLength(10);
    expect(screen.queryByText(/so far/)).toBeNull();
  });

  it('that finds nobody says so at the end', async () => {
    const ledger = new Ledger(sentTo(900), 100);
    const user = openCampaign(ledger);
    await user.type(await search(), 'nobody has this');
    expect(await screen.findByText(/^Nobody matches/)).toBeTruthy();
    expect(ledger.asked).toHaveLength(9);
  });

  it('rests at fifty matches, and goes on to fifty more when asked', async () => {
    const ledger = new Ledger(sentTo(1_000), 40);
    const user = openCampaign(ledger);
    await user.type(await search(), 'p0');
    expect(await screen.findByText('80 matches in 80 of 1,000 people so far')).toBeTruthy();
    await user.click(await more());
    expect(await screen.findByText('160 matches in 160 of 1,000 people so far')).toBeTruthy();
    expect(ledger.asked).toHaveLength(4);
  });

  it('finds by name who stands on a page that is not read yet', async () => {
    const ann: Entry = { uid: 'u77', state: 'skipped', name: 'Ann Lee' };
    const ledger = new Ledger([...sentTo(500), ann], 100);
    const user = openCampaign(ledger);
    await shows(...sentTo(50).map(({ uid }) => uid));
    ledger.hold();
    await user.type(await search(), 'ann');
    await shows('Ann Lee');
    expect(await screen.findByText('1 match in 100 of 501 people so far')).toBeTruthy();
  });

  it('finds by any part of a name that was on the screen', async () => {
    const ann: Entry = { uid: 'u77', state: 'sent', name: 'Ann Lee' };
    const user = openCampaign(new Ledger([ann, ...sentTo(5)], 100));
    await screen.findByText('Ann Lee');
    await user.type(await search(), 'lee');
    await shows('Ann Lee');
  });

  it('stops at a refusal, keeps what it found, and goes on from there', async () => {
    const ledger = new Ledger([...sentTo(300), LAST], 100);
    const user = openCampaign(ledger);
    await shows(...sentTo(50).map(({ uid }) => uid));
    ledger.refusals = [refusedFor(30)];
    await user.type(await search(), 'device');
    expect((await screen.findByRole('alert')).textContent).toContain('30');
    expect(screen.queryByText(/^Nobody matches/)).toBeNull();
    await user.click(screen.getByText('Try again'));
    await shows('zed');
    expect(ledger.asked.map(({ cursor }) => cursor)).toEqual([undefined, '100', '100', '200', '300']);
  });
});

it('without a search are read a page at a time', async () => {
  const ledger = new Ledger(sentTo(250), 100);
  const user = openCampaign(ledger);
  await user.click(await more());
  expect(await screen.findByText('200 of 250 read')).toBeTruthy();
  await user.click(await more());
  await waitFor(() => expect(screen.queryByText('Show more')).toBeNull());
  expect(ledger.asked).toHaveLength(3);
});
