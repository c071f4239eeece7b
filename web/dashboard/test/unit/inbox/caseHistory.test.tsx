// @vitest-environment happy-dom
/** The history of a case, in words that its reader knows. */
import { cleanup, screen } from '@testing-library/react';
import type { AuditEntry, Live, ServiceUser, Timestamp } from 'parley-client';
import { afterEach, expect, it } from 'vitest';
import { CaseHistory } from '../../../src/inbox/person/CaseHistory.js';
import { loadTexts } from '../../../src/inbox/texts.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';
import { show } from '../onScreen.js';

const ANN = { uid: 'ann', displayName: 'Ann' } as ServiceUser;
const AT = { toDate: () => new Date(Date.UTC(2026, 10, 1, 12)) } as Timestamp;

function told<T>(value: T): Live<T> {
  const live = {
    subscribe(listener: (value: T) => void) {
      listener(value);
      return () => undefined;
    },
    close: () => undefined,
  };
  return live as unknown as Live<T>;
}

function history(...entries: Partial<AuditEntry>[]): void {
  const audit = new Map(entries.map((entry, index) => [`e${index}`, { by: 'ann', at: AT, ...entry } as AuditEntry]));
  const session = { dashboard: { audit: () => told(audit) } } as unknown as Session;
  show(
    <SessionProvider value={session}>
      <CaseHistory chatId="ann:service:acme" person={ANN} />
    </SessionProvider>,
    loadTexts,
  );
}

afterEach(cleanup);

it('names the person, the service and Parley itself, and no id of theirs', async () => {
  history({ action: 'opened', after: { state: 'open' }, by: 'system' }, { action: 'created', by: 'service:acme' });
  const lines = (await screen.findAllByRole('listitem')).map(({ textContent }) => textContent);
  expect(lines[0]).toContain('Open');
  expect(lines[0]).toContain('Parley itself');
  expect(lines[1]).toContain('The chat began');
  expect(lines[1]).toContain('The service');
});

it('tells the state, until when, and the assignee of one change', async () => {
  history({ action: 'snoozed', after: { state: 'snoozed', snoozedUntil: AT, assigneeId: null } });
  const [line] = await screen.findAllByRole('listitem');
  expect(line?.textContent).toMatch(/^Snoozed until .*2026.* · Assigned to nobody/);
});
