import { doc, serverTimestamp, setDoc } from 'firebase/firestore';
import { newId } from 'parley-client';
import type { Session } from '../session/session.js';

/** Make a distribution list that people are put on; return its id. */
export async function makeList({ backend, serviceId }: Session, name: string): Promise<string> {
  const listId = newId();
  const place = doc(backend.db, 'services', serviceId, 'distributionLists', listId);
  await setDoc(place, { name, createdAt: serverTimestamp() });
  return listId;
}
