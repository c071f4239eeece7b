// @vitest-environment happy-dom
/** Composing a campaign, step by step, up to the job that is sent. */
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { refusedFor } from './ledger.js';
import { open } from './onPage.js';
import { Studio } from './studio.js';

afterEach(cleanup);

const at = (step: string) => `/campaigns/new?draft=d1&step=${step}`;
const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe('an SMS', () => {
  const studio = () =>
    new Studio(
      { kind: 'oneWay', channels: ['sms'], body: 'x'.repeat(200) },
      {
        samples: [{ userId: 'ann', channel: 'sms', text: 'A long text', segments: 2 }],
        sms: { messages: 100, segments: 200, price: 15.8 },
      },
    );

  it('shows its segments and its price beside the text', async () => {
    open(at('message'), studio());
    expect(await screen.findByText('2 SMS segments')).toBeTruthy();
    expect(screen.getByText('100 SMS, 200 segments about $15.80')).toBeTruthy();
    expect(screen.getByText('200 of 1,600 characters')).toBeTruthy();
    expect(screen.queryByLabelText('Title')).toBeNull();
  });

  it('shows both again before it is sent', async () => {
    open(at('check'), studio());
    const row = (await screen.findByText('SMS, by list prices')).closest('tr');
    expect(row?.textContent).toContain('$15.80 (100 SMS, 200 segments)');
  });
});

it('a campaign with a start, hours, a pace and a second channel is scheduled as it was set', async () => {
  const studio = new Studio({ kind: 'oneWay', channels: ['chat', 'sms'] });
  const page = open(at('time'), studio);
  const user = userEvent.setup();
  await screen.findByLabelText('Begin');
  type('Begin', '2126-12-01T10:00');
  type('End', '2126-12-03T10:00');
  await user.click(screen.getByRole('switch', { name: /Only at certain hours/ }));
  type('From', '10:00');
  type('To', '18:30');
  await user.clear(screen.getByLabelText('Time zone', { selector: 'input' }));
  await user.type(screen.getByLabelText('Time zone', { selector: 'input' }), 'Europe/Berlin');
  await user.type(screen.getByLabelText('People a minute'), '600');
  await user.type(screen.getByLabelText('Minutes until the second channel'), '45');
  await user.click(screen.getByText('Next'));

  await screen.findByText('Ready for 100 people.');
  await user.click(screen.getByRole('button', { name: 'Schedule' }));
  const dialog = await screen.findByRole('dialog', { name: 'Send “Spring”?' });
  expect(dialog.textContent).toContain('100 people get it from Dec 1, 2126');
  await user.click(screen.getAllByRole('button', { name: 'Schedule' }).at(-1) as HTMLElement);
  await waitFor(() => expect(page.address()).toBe('/campaigns/c9'));
  expect(studio.sent).toEqual([
    {
      name: 'Spring',
      kind: 'oneWay',
      channels: ['chat', 'sms'],
      purpose: 'marketing',
      audience: { all: true },
      message: { body: 'Hello' },
      schedule: {
        startAt: new Date('2126-12-01T10:00'),
        expireAt: new Date('2126-12-03T10:00'),
        window: { from: '10:00', to: '18:30', timeZone: 'Europe/Berlin' },
      },
      throttle: { perMinute: 600 },
      fallback: { afterMinutes: 45 },
    },
  ]);
  expect(await studio.drafts.first()).toEqual(new Map());
});

it('files of an earlier campaign are shown, and those that were left are sent', async () => {
  const file = (name: string) => ({ path: `campaigns/acme/sam/${name}`, contentType: 'image/png', size: 2_000, name });
  const studio = new Studio({ attachments: [file('Map.png'), file('Menu.png')] });
  open(at('message'), studio);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: /Map\.png/ }));
  expect(screen.queryByText('Map.png')).toBeNull();
  await user.click(screen.getByText('Check and send'));
  await screen.findByText('Ready for 100 people.');
  await user.click(screen.getByRole('button', { name: 'Send' }));
  await screen.findByRole('dialog');
  await user.click(screen.getAllByRole('button', { name: 'Send' }).at(-1) as HTMLElement);
  await waitFor(() => expect(studio.sent.map(({ message }) => message.attachments)).toEqual([[file('Menu.png')]]));
});

it('a draft that could not be counted is counted a little later by itself, and then can be sent', async () => {
  const studio = new Studio();
  studio.refusals = [refusedFor(1)];
  open(at('check'), studio);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Not counted yet');
  expect(alert.textContent).toContain('It is asked again automatically.');
  expect(screen.getByText('Not ready to be sent.')).toBeTruthy();
  expect(await screen.findByText('Ready for 100 people.')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
