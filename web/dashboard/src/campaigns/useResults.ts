import type { CampaignState, ParleyError, RecipientState } from 'parley-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import { type Result, readPage } from './results.js';

interface Results {
  results: Result[] | undefined;
  error: ParleyError | undefined;
  hasMore: boolean;
  isLoading: boolean;
  more(): void;
  refresh(): void;
}

interface Read {
  results: Result[];
  cursor: string | undefined;
}

/**
 * The people of a campaign, or of those in one state, page by page; read anew when the campaign's state changes. The
 * server finds those in a state by the batches that have some of them.
 */
export function useResults(campaignId: string, campaignState: CampaignState, state: RecipientState | ''): Results {
  const { dashboard } = useSession();
  const list = `${campaignId} ${state}`;
  const [held, setHeld] = useState<Read & { list: string }>();
  const [error, setError] = useState<ParleyError>();
  const [isLoading, setIsLoading] = useState(false);
  const round = useRef(0);

  const read = useCallback(
    async (from: Read | undefined) => {
      round.current += 1;
      const mine = round.current;
      setIsLoading(true);
      setError(undefined);
      try {
        const { csv, nextCursor } = await dashboard.exportCampaign(campaignId, from?.cursor, state || undefined);
        if (mine !== round.current) return;
        const results = withPage(from?.results ?? [], readPage(csv));
        setHeld({ list, results, cursor: nextCursor });
      } catch (failure) {
        if (mine === round.current) setError(failure as ParleyError);
      } finally {
        if (mine === round.current) setIsLoading(false);
      }
    },
    [dashboard, campaignId, state, list],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another state is another look.
  useEffect(() => {
    void read(undefined);
  }, [read, campaignState]);

  // Those in another state are another list, which nothing goes on from.
  const shown = held?.list === list ? held : undefined;
  const more = useCallback(() => void read(shown), [read, shown]);
  const refresh = useCallback(() => void read(undefined), [read]);
  return { results: shown?.results, error, hasMore: shown?.cursor !== undefined, isLoading, more, refresh };
}

/** While a campaign runs, a batch may come again on a later page: what it says then is newer. */
function withPage(before: readonly Result[], page: readonly Result[]): Result[] {
  const isNew = new Set(page.map(({ userId }) => userId));
  return [...before.filter(({ userId }) => !isNew.has(userId)), ...page];
}
