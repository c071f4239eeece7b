import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { HealthReport } from 'parley-client';
import { useSession } from '../session/session.js';

export const HEALTH = ['health'] as const;

const EVERY_MS = 15_000;

/** The health of the project, looked at every 15 s; the parts of a page share each look. */
export function useHealth(): UseQueryResult<HealthReport> {
  const { parley } = useSession();
  return useQuery({ queryKey: HEALTH, queryFn: () => parley.health().get(), refetchInterval: EVERY_MS });
}
