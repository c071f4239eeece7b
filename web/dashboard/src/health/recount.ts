/** A recount of the whole project, page by page. */
import { type Drifted, ParleyError, type Reconciled } from 'parley-client';

/** What was found so far. */
export interface Recount {
  isRepair: boolean;
  checked: number;
  repaired: number;
  drifted: number;
  unreadable: number;
  /** Up to five of each kind on a page. */
  drifts: Drifted[];
  /** Where it goes on; none at the beginning and at the end. */
  cursor?: string;
}

interface Steps {
  ask(asked: { repair: boolean; cursor?: string }): Promise<Reconciled>;
  /** Let so many seconds pass, or fewer if the recount is ended. */
  wait(seconds: number): Promise<unknown>;
  onFound(found: Recount): void;
  signal: AbortSignal;
}

export function beginRecount(isRepair: boolean): Recount {
  return { isRepair, checked: 0, repaired: 0, drifted: 0, unreadable: 0, drifts: [] };
}

/** Go on from what was found before until the last page, resting where the server asks for it. */
export async function recount(found: Recount, { ask, wait, onFound, signal }: Steps): Promise<void> {
  for (;;) {
    const { isRepair: repair, cursor } = found;
    try {
      const page = await ask({ repair, ...(cursor !== undefined && { cursor }) });
      if (signal.aborted) return;
      found = withPage(found, page);
      onFound(found);
      if (found.cursor === undefined) return;
    } catch (error) {
      if (signal.aborted) return;
      const seconds = error instanceof ParleyError && error.reason === 'tooMany' ? error.retryAfter : undefined;
      if (seconds === undefined) throw error;
      await wait(seconds);
      if (signal.aborted) return;
    }
  }
}

function withPage({ cursor: _, ...found }: Recount, page: Reconciled): Recount {
  return {
    ...found,
    checked: found.checked + page.checked,
    repaired: found.repaired + page.repaired,
    drifted: found.drifted + page.drifted,
    unreadable: found.unreadable + page.unreadable.length,
    drifts: [...found.drifts, ...page.drifts],
    ...(page.nextCursor !== undefined && { cursor: page.nextCursor }),
  };
}
