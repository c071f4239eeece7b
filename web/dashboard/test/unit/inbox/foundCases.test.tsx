// @vitest-environment happy-dom
/** A list that a filter found: what the server answers, asked again after one's own acts. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { CasesAsked, FoundCase, ListedBulkJob } from 'parley-client';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { useCases } from '../../../src/inbox/list/useCases.js';
import { loadTexts } from '../../../src/inbox/texts.js';
import type { Asked } from '../../../src/inbox/views/asked.js';
import { useCountAfter, useCountAnew, useSize } from '../../../src/inbox/views/useCounts.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';
import { show } from '../onScreen.js';

const WHERE = { field: 'tags', op: 'array-contains', value: 'gold' } as const;
/** One's own act is followed when it has been quiet for two seconds. */
const DEADLINE = { timeout: 30_000 };

let pages: { cases: FoundCase[]; nextCursor?: string }[] = [];
const asked: CasesAsked[] = [];

const dashboard = {
  findCases: async (request: CasesAsked) => {
    asked.push(request);
    return pages[request.cursor === undefined ? 0 : 1];
  },
};

function found(name: string): FoundCase {
  return { chatId: `${name}:service:acme`, userId: name, displayName: name, state: 'open' };
}

function List({ of }: { of: Asked }) {
  const [job, setJob] = useState<ListedBulkJob>();
  const cases = useCases(of);
  const size = useSize(of, {}, cases);
  const countAnew = useCountAnew();
  useCountAfter(job);
  return (
    <>
      <ul>
        {cases.rows?.map(({ chatId, displayName }) => (
          <li key={chatId}>{displayName}</li>
        ))}
      </ul>
      <output>{size && `${size.count}${size.isExact ? '' : '+'}`}</output>
      <button type="button" onClick={() => cases.look(0, 99)}>
        More
      </button>
      <button type="button" onClick={countAnew}>
        Act
      </button>
      <button type="button" onClick={() => setJob({ jobId: 'j1', state: 'completed' } as ListedBulkJob)}>
        End
      </button>
    </>
  );
}

function showList(of: Asked): void {
  asked.length = 0;
  show(
    <QueryClientProvider client={new QueryClient()}>
      <SessionProvider value={{ dashboard, serviceId: 'acme', uid: 'ada', role: 'agent' } as unknown as Session}>
        <List of={of} />
      </SessionProvider>
    </QueryClientProvider>,
    loadTexts,
  );
}

afterEach(cleanup);

it('is asked of the server in its own view, and counted as far as it was found', async () => {
  pages = [{ cases: [found('Ann')], nextCursor: 'Ann' }, { cases: [found('Bob')] }];
  showList({ view: 'mine', assigneeId: 'bea', where: WHERE });
  await screen.findByText('1+');
  expect(asked).toEqual([{ view: 'mine', assigneeId: 'bea', where: WHERE }]);
  await userEvent.click(screen.getByText('More'));
  await screen.findByText('2');
  expect(asked[1]).toEqual({ view: 'mine', assigneeId: 'bea', where: WHERE, cursor: 'Ann' });
});

it.each(['Act', 'End'])('is found anew after one has changed something: %s', async (button) => {
  pages = [{ cases: [found('Ann'), found('Bob')] }];
  showList({ view: 'unanswered', where: WHERE });
  await screen.findByText('Bob');
  pages = [{ cases: [found('Ann')] }];
  await userEvent.click(screen.getByText(button));
  await vi.waitFor(() => expect(screen.queryByText('Bob')).toBeNull(), DEADLINE);
  screen.getByText('1');
});
