/** The cases that the address asks for. */
import { skipToken, useInfiniteQuery } from '@tanstack/react-query';
import type { CaseItem, ParleyError } from 'parley-client';
import { useCallback, useMemo } from 'react';
import { useSession } from '../../session/session.js';
import type { PageSettings } from '../../window/listWindow.js';
import { useWindow } from '../../window/useWindow.js';
import type { Asked } from '../views/asked.js';
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

/** What every filtered list of a service is known by: it is no listener, and is found anew after a change. */
export const foundKey = (serviceId: string): readonly string[] => ['findCases', serviceId];

/** Found by the server among the people that fit, page by page. */
function useFound({ view, assigneeId, where }: Asked): CasesShown {
  const { dashboard, serviceId, uid } = useSession();
  const query = useInfiniteQuery({
    queryKey: [...foundKey(serviceId), uid, view, assigneeId, where],
    initialPageParam: undefined as string | undefined,
    queryFn: where
      ? ({ pageParam: cursor }) =>
          dashboard.findCases({ where, view, cursor, ...(assigneeId !== undefined && { assigneeId }) })
      : skipToken,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ cases }) => cases.map(foundRow)), [data]);
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
