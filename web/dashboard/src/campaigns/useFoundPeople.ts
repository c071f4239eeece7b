import type { ParleyError } from 'parley-client';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session.js';
import { type Result, resultOf } from './results.js';

/** As many as one query of the ledger takes. */
const MOST = 30;
const SHORTEST = 2;

interface FoundPeople {
  found: readonly Result[];
  names: ReadonlyMap<string, string>;
  isLooking: boolean;
  error: ParleyError | undefined;
}

const NOBODY: FoundPeople = { found: [], names: new Map(), isLooking: false, error: undefined };

/**
 * The people of a campaign whose id, or whose name, phone number or email begins with a text, wherever they stand in
 * its ledger. Some hundred reads at most.
 *
 * @param round Look again when it changes.
 */
export function useFoundPeople(campaignId: string, text: string, round: unknown): FoundPeople {
  const { dashboard } = useSession();
  const [shown, setShown] = useState(NOBODY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another look.
  useEffect(() => {
    const asked = text.trim();
    setShown(NOBODY);
    if (asked.length < SHORTEST) return;
    let isOver = false;
    const look = async (): Promise<FoundPeople> => {
      const people = await dashboard.findPeople(asked, { pageSize: MOST });
      const uids = people.map(({ uid }) => uid);
      const entries = await dashboard.recipients(campaignId, uids);
      const found = uids.flatMap((uid) => {
        const entry = entries.get(uid);
        return entry ? [resultOf(uid, entry)] : [];
      });
      const names = people.flatMap(({ uid, displayName }) => (displayName ? [[uid, displayName] as const] : []));
      return { ...NOBODY, found, names: new Map(names) };
    };
    setShown({ ...NOBODY, isLooking: true });
    look().then(
      (answer) => !isOver && setShown(answer),
      (error: ParleyError) => !isOver && setShown({ ...NOBODY, error }),
    );
    return () => {
      isOver = true;
    };
  }, [dashboard, campaignId, text, round]);
  return shown;
}
