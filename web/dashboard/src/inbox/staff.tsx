/** The staff of the service, listened to once for the whole inbox. */
import type { ShownMessage, Staff } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { createContext, type ReactNode, useCallback, useContext, useMemo } from 'react';
import { isAgent, useSession } from '../session/session.js';
import { useText } from './texts.js';

const NOBODY: ReadonlyMap<string, Staff> = new Map();
const StaffContext = createContext(NOBODY);

export function StaffProvider({ children }: { children: ReactNode }) {
  const { dashboard } = useSession();
  const { value } = useLive(() => dashboard.staff(), [dashboard]);
  return <StaffContext.Provider value={value ?? NOBODY}>{children}</StaffContext.Provider>;
}

export function useStaff(): ReadonlyMap<string, Staff> {
  return useContext(StaffContext);
}

/** Those who can have a case: oneself first, then by name. */
export function useAssignees(): { uid: string; name: string; isMe: boolean }[] {
  const staff = useStaff();
  const { uid: me } = useSession();
  return useMemo(
    () =>
      [...staff]
        .filter(([, { role }]) => isAgent(role))
        .map(([uid, { displayName }]) => ({ uid, name: displayName, isMe: uid === me }))
        .sort((one, other) => Number(other.isMe) - Number(one.isMe) || one.name.localeCompare(other.name)),
    [staff, me],
  );
}

/** Name a staff member; one who works there no more is somebody. */
export function useStaffName(): (uid: string) => string {
  const staff = useStaff();
  const { uid: me } = useSession();
  const t = useText();
  return useCallback(
    (uid) => (uid === me ? t('staff.me') : (staff.get(uid)?.displayName ?? t('staff.somebody'))),
    [staff, me, t],
  );
}

/** Whom a case is about. */
export interface Person {
  userId: string;
  name: string;
}

/** Name who wrote a message of a person's case; what the server itself wrote is of the service. */
export function useSpeakerName({ userId, name }: Person): (message: ShownMessage) => string {
  const t = useText();
  const staffName = useStaffName();
  return useCallback(
    ({ senderId, staffId }) => {
      if (senderId === userId) return name;
      return staffId === undefined ? t('thread.service') : staffName(staffId);
    },
    [userId, name, t, staffName],
  );
}
