/** What the address asks for: a view, narrowed by the persons' attributes. */
import type { CasesToChange, Filter, SavedView } from 'parley-client';
import type { InboxSearch, View } from '../search.js';

export interface Asked {
  view: View;
  /** Whose, where a saved view of the view `mine` says so. */
  assigneeId?: string | undefined;
  where?: Filter | undefined;
}

/** The view at first. */
export const FIRST: View = 'open';

export function askedOf({ view, saved, where }: InboxSearch, savedViews: ReadonlyMap<string, SavedView>): Asked {
  const chosen = saved === undefined ? undefined : savedViews.get(saved);
  const filter = where === undefined ? chosen?.where : (JSON.parse(where) as Filter);
  const asked = view ?? chosen?.view ?? FIRST;
  return {
    view: asked,
    ...(asked === 'mine' && chosen?.assigneeId !== undefined && { assigneeId: chosen.assigneeId }),
    ...(filter && { where: filter }),
  };
}

/** The search of another fixed view's address: a filter stays. */
export function searchFor(view: View, { where }: InboxSearch): InboxSearch {
  return { view, ...(where !== undefined && { where }) };
}

/** All cases that the list shows, also those that are not loaded, but for a few. */
export function matching({ view, assigneeId, where }: Asked, except: readonly string[]): CasesToChange {
  return {
    view,
    ...(assigneeId !== undefined && { assigneeId }),
    ...(where && { where }),
    ...(except.length > 0 && { exceptChatIds: [...except] }),
  };
}
