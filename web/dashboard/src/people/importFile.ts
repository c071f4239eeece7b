/** Hand a file of people to the server: as an argument if it is small, else by way of Storage. */
import { type ImportedPeople, LIMITS, newId, type PeopleFile } from 'parley-client';
import type { Session } from '../session/session.js';

/** What a page can read and show; larger files are for the command line. */
export const MOST_BYTES = 50 * 1024 * 1024;

/**
 * The text of a file in UTF-8, or in UTF-16 as spreadsheets save "Unicode text"; undefined in any other encoding, of
 * which `File.text()` would make other letters.
 */
export async function textOf(file: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = bytes.slice(0, 2).join();
  const encoding = mark === '255,254' ? 'utf-16le' : mark === '254,255' ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export async function importFile(
  { backend, dashboard, serviceId, uid }: Pick<Session, 'backend' | 'dashboard' | 'serviceId' | 'uid'>,
  csv: string,
  options: Pick<PeopleFile, 'mapping' | 'dryRun' | 'listId'>,
): Promise<ImportedPeople> {
  const bytes = new Blob([csv], { type: 'text/csv' });
  if (bytes.size <= LIMITS.IMPORT_ARGUMENT_BYTES) return dashboard.importPeople({ csv, ...options });
  const { upload } = await import('parley-screen/files.js');
  const path = `imports/${serviceId}/${uid}/${newId()}`;
  await upload(backend, path, new File([bytes], 'people.csv', { type: 'text/csv' }), () => undefined);
  return dashboard.importPeople({ path, ...options });
}
