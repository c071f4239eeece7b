import { useDebouncedValue } from '@mantine/hooks';
import type { CampaignStatus, ParleyError } from 'parley-client';
import { useEffect, useMemo, useState } from 'react';
import { matching, type Result, type Shown } from './results.js';
import { useFoundPeople } from './useFoundPeople.js';
import { useResults } from './useResults.js';

/** How many matches a search goes on for before somebody asks for more. */
const MATCHES = 50;
/** How many people it looks through before that: 2,500 reads, and 90 MB in the browser. */
const LOOKED_THROUGH = 250_000;
const SETTLED_MS = 300;

const FIRST_GOAL = { matches: MATCHES, read: LOOKED_THROUGH };

export interface PeopleFound {
  /** Those who match; undefined before the first page. */
  people: Result[] | undefined;
  names: ReadonlyMap<string, string>;
  /** Whether it is a part of the people that is asked for. */
  isSearch: boolean;
  /** How many were looked through, and of how many. */
  read: number;
  all: number;
  hasMore: boolean;
  /** Whether it reads on by itself. */
  isReading: boolean;
  isLoading: boolean;
  error: ParleyError | undefined;
  more(): void;
  refresh(): void;
}

/**
 * The people of a campaign who match. A search reads on by itself until there are 50 matches, or everybody was looked
 * through: nobody is told that nobody matches before.
 *
 * @param known The names that the page has shown by now.
 */
export function usePeopleSearch(
  campaignId: string,
  campaign: CampaignStatus,
  { state, text }: Shown,
  known: ReadonlyMap<string, string>,
): PeopleFound {
  const [settled] = useDebouncedValue(text.trim(), SETTLED_MS);
  const listed = useResults(campaignId, campaign.state, state);
  const { results, hasMore, isLoading, more } = listed;
  const { found, names: foundNames, isLooking, error } = useFoundPeople(campaignId, settled, campaign.state);
  const names = useMemo(() => new Map([...known, ...foundNames]), [known, foundNames]);
  const people = useMemo(
    () => (results || found.length > 0 ? matching(results ?? [], { state, text }, { found, names }) : undefined),
    [results, state, text, found, names],
  );

  const [goal, setGoal] = useState(FIRST_GOAL);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each search begins anew.
  useEffect(() => setGoal(FIRST_GOAL), [state, settled]);
  const read = results?.length ?? 0;
  const matches = people?.length ?? 0;
  const isSearch = Boolean(state || text.trim());
  const isShort = isSearch && matches < goal.matches && read < goal.read;
  const isReading = isShort && hasMore && !listed.error;
  const goesOn = isReading && !isLoading && !isLooking && settled === text.trim();
  useEffect(() => {
    if (goesOn) more();
  }, [goesOn, more]);

  return {
    people,
    names,
    isSearch,
    read,
    all: Math.max(read, state ? campaign.counts[state] : campaign.audienceCount),
    hasMore,
    isReading: isReading || (isSearch && isLooking),
    isLoading,
    error: listed.error ?? error,
    more: () => {
      setGoal({ matches: matches + MATCHES, read: read + LOOKED_THROUGH });
      if (!isSearch || listed.error) more();
    },
    refresh: listed.refresh,
  };
}
