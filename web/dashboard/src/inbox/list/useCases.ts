/** The cases that the address asks for. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Filter, ParleyError } from 'parley-client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSession } from '../../session/session.js';
import { type Asked, stateOf } from '../views/asked.js';
import { CaseWindow, type WindowShown } from './caseWindow.js';
import { type CaseRow, foundRow, listedRow } from './rows.js';

export interface CasesShown {
  /** Nothing before the first answer. */
  rows: CaseRow[] | undefined;
  hasMore: boolean;
  error: ParleyError | Error | undefined;
  retry(): void;
  /** Tell which places of the list are on the screen. */
  look(first: number, last: number): void;
}

export function useCases(asked: Asked): CasesShown {
  const listed = useListed(asked);
  const found = useFound(asked);
  return asked.where ? found : listed;
}

/** Live, as far as they are on the screen. */
function useListed({ view, assigneeId, where }: Asked): CasesShown {
  const { dashboard } = useSession();
  const [shown, setShown] = useState<WindowShown>();
  const [error, setError] = useState<ParleyError>();
  const [tries, setTries] = useState(0);
  const window = useRef<CaseWindow>(undefined);
  const isFiltered = where !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    setShown(undefined);
    setError(undefined);
    if (isFiltered) return;
    const opened = new CaseWindow(
      (settings) => dashboard.view(view, { ...settings, ...(assigneeId !== undefined && { assigneeId }) }),
      setShown,
      setError,
    );
    window.current = opened;
    return () => opened.close();
  }, [dashboard, view, assigneeId, isFiltered, tries]);

  const look = useCallback((first: number, last: number) => window.current?.look(first, last), []);
  const retry = useCallback(() => setTries((before) => before + 1), []);
  const rows = useMemo(() => {
    // Before the server has answered an empty list may be one that has not arrived.
    if (!shown || (shown.isFromCache && shown.items.length === 0)) return undefined;
    return shown.items.map(listedRow);
  }, [shown]);
  return { rows, hasMore: shown?.hasMore ?? false, error, look, retry };
}

/** Found by the server among the people that fit, page by page. */
function useFound({ view, assigneeId, where }: Asked): CasesShown {
  const { dashboard, serviceId, uid } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['findCases', serviceId, view, assigneeId, where],
    enabled: where !== undefined,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const state = stateOf(view);
      return dashboard.findCases({
        where: where as Filter,
        ...(state && { state }),
        ...(pageParam !== undefined && { cursor: pageParam }),
      });
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = query;

  const rows = useMemo(() => {
    const all = data?.pages.flatMap(({ cases }) => cases.map(foundRow));
    const wanted = assigneeId ?? (view === 'mine' ? uid : undefined);
    return all?.filter((row) => {
      if (view === 'unassigned') return row.assigneeId === undefined;
      return wanted === undefined || row.assigneeId === wanted;
    });
  }, [data, view, assigneeId, uid]);
  const count = rows?.length ?? 0;
  const look = useCallback(
    (_first: number, last: number) => {
      // After an error it is the person who tries again.
      if (hasNextPage && !isFetching && !error && last >= count) void fetchNextPage();
    },
    [hasNextPage, isFetching, error, fetchNextPage, count],
  );
  return { rows, hasMore: hasNextPage, error: error ?? undefined, look, retry: () => void refetch() };
}
