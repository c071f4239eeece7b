/** The cases that the address asks for. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { CaseItem, Filter, ParleyError } from 'parley-client';
import { useCallback, useMemo } from 'react';
import { useSession } from '../../session/session.js';
import type { PageSettings } from '../../window/listWindow.js';
import { useWindow } from '../../window/useWindow.js';
import { type Asked, stateOf } from '../views/asked.js';
import { CASES } from './places.js';
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
  const isFiltered = where !== undefined;
  const open = (settings: PageSettings<CaseItem>) =>
    dashboard.view(view, { ...settings, ...(assigneeId !== undefined && { assigneeId }) });
  const { items, ...shown } = useWindow(isFiltered ? undefined : open, CASES, [
    dashboard,
    view,
    assigneeId,
    isFiltered,
  ]);
  const rows = useMemo(() => items?.map(listedRow), [items]);
  return { rows, ...shown };
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
