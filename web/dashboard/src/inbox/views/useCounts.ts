/** How many cases are in each view, exactly. */
import { type QueryKey, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ListedBulkJob } from 'parley-client';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useSession } from '../../session/session.js';
import { type CasesShown, foundKey } from '../list/useCases.js';
import { isOver } from '../list/useOwnJob.js';
import type { View } from '../search.js';
import type { Asked } from './asked.js';

/** Counting reads each view once for every 1,000 cases: so not at each message. */
const QUIET_MS = 2_000;
const RENEWED_MS = 60_000;
const SOONEST_MS = 10_000;

export type Counts = Partial<Record<View, number>>;

const keyOf = (serviceId: string): readonly string[] => ['counts', serviceId];

/** While a job changes many cases at once, `isPaused`: what is counted then is wrong a moment later. */
export function useCounts(isPaused: boolean): Counts {
  const { dashboard, serviceId } = useSession();
  const { data } = useQuery({
    queryKey: keyOf(serviceId),
    queryFn: () => dashboard.counts(),
    refetchInterval: isPaused ? false : RENEWED_MS,
    staleTime: SOONEST_MS,
  });
  return data ?? {};
}

/** How many cases a list has. */
export interface Size {
  count: number;
  /** Whether there are no more; what a filter finds is counted as far as it has been found. */
  isExact: boolean;
}

/** The size of the list on the screen; nothing before it is known. */
export function useSize({ view, assigneeId, where }: Asked, counts: Counts, cases: CasesShown): Size | undefined {
  const { dashboard, serviceId } = useSession();
  const isOfAnother = assigneeId !== undefined && !where;
  const { data } = useQuery({
    queryKey: [...keyOf(serviceId), assigneeId],
    queryFn: isOfAnother ? () => dashboard.count(view, { assigneeId }) : skipToken,
    staleTime: SOONEST_MS,
  });
  const counted = isOfAnother ? data : counts[view];
  const count = where ? cases.rows?.length : counted;
  const isExact = !where || !cases.hasMore;
  return useMemo(() => (count === undefined ? undefined : { count, isExact }), [count, isExact]);
}

/** Count anew soon, and find anew what a filter shows: after what one does oneself. */
export function useCountAnew(): () => void {
  const { serviceId } = useSession();
  return useSoonAnew(useMemo(() => [keyOf(serviceId), foundKey(serviceId)], [serviceId]));
}

/** Count and find anew when a job is over: it may have changed any case. */
export function useCountAfter(job: ListedBulkJob | undefined): void {
  const countAnew = useCountAnew();
  const ended = job && isOver(job) ? job.jobId : undefined;
  useEffect(() => {
    if (ended !== undefined) countAnew();
  }, [ended, countAnew]);
}

/** Ask anew when it is quiet, even if whoever said so has left the screen by then. */
function useSoonAnew(keys: readonly QueryKey[]): () => void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
    }, QUIET_MS);
  }, [queries, keys]);
}

/** Count anew when the list on the screen has changed, at most every ten seconds. */
export function useCountWith(list: unknown, isPaused: boolean): void {
  const { serviceId } = useSession();
  const countAnew = useSoonAnew(useMemo(() => [keyOf(serviceId)], [serviceId]));
  const last = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list is the reason to count.
  useEffect(() => {
    if (isPaused) return;
    const count = (): void => {
      last.current = Date.now();
      countAnew();
    };
    const wait = last.current + SOONEST_MS - Date.now();
    if (wait <= 0) {
      count();
      return;
    }
    // What changes sooner is counted when the time has come, not lost.
    const timer = setTimeout(count, wait);
    return () => clearTimeout(timer);
  }, [list, isPaused, countAnew]);
}
