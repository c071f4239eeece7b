import type { CampaignState, ParleyError } from 'parley-client';
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

/** The people of a campaign, page by page; read anew when its state changes. */
export function useResults(campaignId: string, state: CampaignState): Results {
  const { dashboard } = useSession();
  const [results, setResults] = useState<Result[]>();
  const [cursor, setCursor] = useState<string>();
  const [error, setError] = useState<ParleyError>();
  const [isLoading, setIsLoading] = useState(false);
  const round = useRef(0);

  const read = useCallback(
    async (from: string | undefined) => {
      round.current += 1;
      const mine = round.current;
      setIsLoading(true);
      try {
        const page = await dashboard.exportCampaign(campaignId, from);
        if (mine !== round.current) return;
        const people = readPage(page.csv);
        setResults((before) => (from === undefined ? people : [...(before ?? []), ...people]));
        setCursor(page.nextCursor);
        setError(undefined);
      } catch (failure) {
        if (mine === round.current) setError(failure as ParleyError);
      } finally {
        if (mine === round.current) setIsLoading(false);
      }
    },
    [dashboard, campaignId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another state is another look.
  useEffect(() => {
    void read(undefined);
  }, [read, state]);

  return {
    results,
    error,
    hasMore: cursor !== undefined,
    isLoading,
    more: () => void read(cursor),
    refresh: () => void read(undefined),
  };
}
