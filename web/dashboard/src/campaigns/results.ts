/** The people of a campaign, as `exportCampaign` gives them. */

import Papa from 'papaparse';
import type { Dashboard, RecipientState } from 'parley-client';

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

/** Take off the apostrophe that keeps spreadsheets from running a cell. */
function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

export interface Page {
  csv: string;
  nextCursor?: string;
}

/** Read all pages, or until `enough` says so. */
export async function readPages(
  dashboard: Pick<Dashboard, 'exportCampaign'>,
  campaignId: string,
  each: (page: Page) => boolean | undefined,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page: Page = await dashboard.exportCampaign(campaignId, cursor);
    cursor = page.nextCursor;
    if (each(page) === false) return;
  } while (cursor !== undefined);
}

const UNREACHED: ReadonlySet<string> = new Set(['failed', 'skipped']);

/** Whether somebody surely did not get the message: `unknown` may have arrived, and the rest still may. */
export function isUnreached({ state }: Result): boolean {
  return UNREACHED.has(state);
}

export interface Shown {
  state: string;
  text: string;
}

/** The results with a state and a text in id, reason, detail or name. */
export function matching(
  results: readonly Result[],
  { state, text }: Shown,
  names: ReadonlyMap<string, string> = new Map(),
): Result[] {
  const asked = text.trim().toLocaleLowerCase();
  return results.filter((each) => {
    if (state && each.state !== state) return false;
    if (!asked) return true;
    const held = [each.userId, each.reason, each.detail, each.channel, names.get(each.userId) ?? ''];
    return held.some((value) => value.toLocaleLowerCase().includes(asked));
  });
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
