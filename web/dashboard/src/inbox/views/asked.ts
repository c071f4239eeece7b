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

/** What an address says that takes the filter of its saved view away. */
const NO_FILTER = '{}';

export function askedOf({ view, saved, where }: InboxSearch, savedViews: ReadonlyMap<string, SavedView>): Asked {
  const chosen = saved === undefined ? undefined : savedViews.get(saved);
  const filter = where === undefined ? chosen?.where : readFilter(where);
  const asked = view ?? chosen?.view ?? FIRST;
  return {
    view: asked,
    ...(asked === 'mine' && chosen?.assigneeId !== undefined && { assigneeId: chosen.assigneeId }),
    ...(filter && { where: filter }),
  };
}

/** The search of another fixed view's address: a filter stays. */
export function searchFor(view: View, { where = NO_FILTER }: InboxSearch): InboxSearch {
  return { view, ...(where !== NO_FILTER && { where }) };
}

/** The search of the same list with another filter, or with none, whatever the saved view has. */
export function filteredBy(
  { where: _, ...search }: InboxSearch,
  filter: Filter | undefined,
  chosen: SavedView | undefined,
): InboxSearch {
  if (filter) return { ...search, where: JSON.stringify(filter) };
  return chosen?.where ? { ...search, where: NO_FILTER } : search;
}

function readFilter(where: string): Filter | undefined {
  return where === NO_FILTER ? undefined : (JSON.parse(where) as Filter);
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
