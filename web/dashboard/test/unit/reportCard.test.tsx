// @vitest-environment happy-dom
/** What staff see of a message that was edited before somebody reported it. */
import { cleanup, screen, within } from '@testing-library/react';
import { Timestamp } from 'firebase/firestore';
import type { ListedReport } from 'parley-client';
import { afterEach, expect, it } from 'vitest';
import { ReportCard } from '../../src/reports/ReportCard.js';
import { loadTexts } from '../../src/reports/texts.js';
import { type Session, SessionProvider } from '../../src/session/session.js';
import { show } from './onScreen.js';

afterEach(cleanup);

function card(fields: Partial<ListedReport>): void {
  const report = {
    reportId: 'r1',
    serviceId: 'acme',
    chatId: 'ann:ben',
    senderId: 'service:acme',
    reporterId: 'ben',
    reason: 'harassment',
    createdAt: Timestamp.fromMillis(9_000),
    message: { body: 'Have a nice day' },
    ...fields,
  } as ListedReport;
  show(
    <SessionProvider value={{ serviceId: 'acme', role: 'viewer' } as unknown as Session}>
      <ReportCard report={report} names={new Map()} />
    </SessionProvider>,
    loadTexts,
  );
}

const before = [
  { body: 'An insult', until: Timestamp.fromMillis(1_000) },
  { body: 'A threat', until: Timestamp.fromMillis(2_000) },
];

it('shows what it said before, and how much of that is not there', async () => {
  card({ before, omitted: 7 });
  const earlier = await screen.findByRole('region', { name: 'What it said before' });
  expect(within(earlier).getByText('An insult')).toBeTruthy();
  expect(within(earlier).getByText('A threat')).toBeTruthy();
  expect(screen.getByText(/^7 more versions are left out/)).toBeTruthy();
});

it('says nothing of versions where all of them are there', async () => {
  card({ before });
  await screen.findByText('A threat');
  expect(screen.queryByText(/left out/)).toBeNull();
});
