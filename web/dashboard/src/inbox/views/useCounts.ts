/** How many cases are in each view, exactly. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useSession } from '../../session/session.js';
import type { View } from '../search.js';

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

/** Count anew soon: after what one does oneself. */
export function useCountAnew(): () => void {
  const { serviceId } = useSession();
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void queries.invalidateQueries({ queryKey: keyOf(serviceId) }), QUIET_MS);
  }, [queries, serviceId]);
}

/** Count anew when the list on the screen has changed, at most every ten seconds. */
export function useCountWith(list: unknown, isPaused: boolean): void {
  const countAnew = useCountAnew();
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
