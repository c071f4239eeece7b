/** What the address asks for: a view, narrowed by the persons' attributes. */
import type { CaseState, Filter, SavedView } from 'parley-client';
import type { InboxSearch, View } from '../search.js';

export interface Asked {
  view: View;
  /** Whose, where a saved view says so. */
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
    view: filter ? narrowed(asked) : asked,
    ...(chosen?.assigneeId !== undefined && { assigneeId: chosen.assigneeId }),
    ...(filter && { where: filter }),
  };
}

/** The view of a filtered list. What is unread or unanswered is known of the lists alone. */
function narrowed(view: View): View {
  return view === 'unread' || view === 'unanswered' ? 'open' : view;
}

/** Whether a view can be narrowed by a filter and stays what it is. */
export function canBeFiltered(view: View): boolean {
  return narrowed(view) === view;
}

/** The search of another fixed view's address: a filter stays if that view can be filtered. */
export function searchFor(view: View, { where }: InboxSearch): InboxSearch {
  return { view, ...(where !== undefined && canBeFiltered(view) && { where }) };
}

export function stateOf(view: View): CaseState | undefined {
  if (view === 'all') return undefined;
  return view === 'snoozed' || view === 'closed' ? view : 'open';
}

/** Whether the server can find the same cases again, to change all of them. */
export function isForAll({ view, where, assigneeId }: Asked): boolean {
  return where === undefined || (assigneeId === undefined && view !== 'mine' && view !== 'unassigned');
}
