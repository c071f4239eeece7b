import { doc, getDoc } from 'firebase/firestore';
import type { Staff } from 'parley-client';
import type { Backend } from 'parley-screen/data.js';

/**
 * Read what somebody is on the staff of a service. A person who is no staff may not even read that; both mean that
 * they have no role.
 */
export async function roleIn(
  { db }: Pick<Backend, 'db'>,
  serviceId: string,
  uid: string,
): Promise<Pick<Staff, 'role' | 'displayName'> | undefined> {
  try {
    const staff = await getDoc(doc(db, 'services', serviceId, 'staff', uid));
    return staff.data() as Staff | undefined;
  } catch (failure) {
    if ((failure as { code?: string }).code === 'permission-denied') return undefined;
    throw failure;
  }
}
