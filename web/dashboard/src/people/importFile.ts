/** Hand a file of people to the server: as an argument if it is small, else by way of Storage. */
import { type ImportedPeople, LIMITS, newId, type PeopleFile } from 'parley-client';
import type { Session } from '../session/session.js';

/** What a page can read and show; larger files are for the command line. */
export const MOST_BYTES = 50 * 1024 * 1024;

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
