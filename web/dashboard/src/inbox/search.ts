/** What the address of the inbox says: the view, a saved one, and the filter. */

export const VIEWS = ['mine', 'unassigned', 'unread', 'unanswered', 'open', 'snoozed', 'closed', 'all'] as const;
export type View = (typeof VIEWS)[number];

export interface InboxSearch {
  /** The open cases, if nothing is said. */
  view?: View;
  /** The id of a saved view. */
  saved?: string;
  /** A FILTER of the persons' attributes, as JSON. */
  where?: string;
}

/** Leave out what no inbox understands: an address may come from anywhere. */
export function inboxSearch(search: Record<string, unknown>): InboxSearch {
  const { view, saved, where } = search;
  return {
    ...(isView(view) && { view }),
    ...(typeof saved === 'string' && saved !== '' && { saved }),
    ...(isFilter(where) && { where: typeof where === 'string' ? where : JSON.stringify(where) }),
  };
}

export function isView(value: unknown): value is View {
  return VIEWS.includes(value as View);
}

function isFilter(value: unknown): boolean {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null && !Array.isArray(value);
  try {
    return isFilter(JSON.parse(value) ?? []);
  } catch {
    return false;
  }
}
