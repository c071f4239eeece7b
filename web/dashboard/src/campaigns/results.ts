/** The people of a campaign, as `exportCampaign` gives them. */

import Papa from 'papaparse';
import type { Dashboard, Recipient, RecipientState } from 'parley-client';
import { isUid } from './filters.js';

export interface Result {
  userId: string;
  state: RecipientState;
  reason: string;
  channel: string;
  at: string;
  attempt: string;
  providerId: string;
  push: string;
  detail: string;
}

const COLUMNS = ['userId', 'state', 'reason', 'channel', 'at', 'attempt', 'providerId', 'push', 'detail'] as const;

/** Read one page; only the first has the header, so that the texts can be joined. */
export function readPage(csv: string): Result[] {
  const { data } = Papa.parse<string[]>(csv, { skipEmptyLines: true });
  const rows = data[0]?.[0] === COLUMNS[0] ? data.slice(1) : data;
  return rows.map(
    (cells) => Object.fromEntries(COLUMNS.map((name, at) => [name, plain(cells[at] ?? '')])) as unknown as Result,
  );
}

/** The same of a person's entry in the ledger. */
export function resultOf(userId: string, entry: Recipient): Result {
  const { state, reason = '', channel = '', at, attempt = 1, providerId = '', push = '', detail = '' } = entry;
  return {
    userId,
    state,
    reason,
    channel,
    at: at.toDate().toISOString(),
    attempt: `${attempt}`,
    providerId,
    push,
    detail,
  };
}

/** Take off the apostrophe that keeps spreadsheets from running a cell. */
function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

export interface Page {
  csv: string;
  nextCursor?: string;
}

/** Read all pages; of the people in `state` alone, if it is given. */
export async function readPages(
  dashboard: Pick<Dashboard, 'exportCampaign'>,
  campaignId: string,
  each: (page: Page) => void,
  state?: RecipientState,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page: Page = await dashboard.exportCampaign(campaignId, cursor, state);
    cursor = page.nextCursor;
    each(page);
  } while (cursor !== undefined);
}

/** The states of those who surely did not get the message: `unknown` may have arrived, and the rest still may. */
const UNREACHED: readonly RecipientState[] = ['failed', 'skipped'];

/** Read the uids of those whom a campaign did not reach; ids that can be no uid are left out, as nobody has them. */
export async function readUnreached(
  dashboard: Pick<Dashboard, 'exportCampaign'>,
  campaignId: string,
): Promise<string[]> {
  const uids = new Set<string>();
  for (const state of UNREACHED) {
    await readPages(
      dashboard,
      campaignId,
      ({ csv }) => {
        for (const { userId } of readPage(csv)) if (isUid(userId)) uids.add(userId);
      },
      state,
    );
  }
  return [...uids];
}

export interface Shown {
  state: RecipientState | '';
  text: string;
}

/** What is found apart from the pages that were read. */
export interface Known {
  /** People whose name, phone number or email was searched for. */
  found: readonly Result[];
  /** The names that are known by now. */
  names: ReadonlyMap<string, string>;
}

/** The results with a state and a text in id, reason, detail or name, after the people who were found by the text. */
export function matching(results: readonly Result[], { state, text }: Shown, { found, names }: Known): Result[] {
  const asked = text.trim().toLocaleLowerCase();
  const inState = (each: Result): boolean => !state || each.state === state;
  const has = (value: string): boolean => value.toLocaleLowerCase().includes(asked);
  if (!asked) return results.filter(inState);
  const first = found.filter(inState);
  const isFirst = new Set(found.map(({ userId }) => userId));
  const others = results.filter((each) => {
    if (!inState(each) || isFirst.has(each.userId)) return false;
    return [each.userId, each.reason, each.detail, each.channel, names.get(each.userId) ?? ''].some(has);
  });
  return [...first, ...others];
}

/** Hand a text to the person as a file. */
export function download(name: string, text: string, type = 'text/csv'): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
