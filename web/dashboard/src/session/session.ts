/** Who is signed in, and the service whose dashboard they work on. */
import type { Dashboard, Parley, Staff } from 'parley-client';
import type { Backend } from 'parley-screen/data.js';
import { createContext, useContext } from 'react';
import type { UnderWay } from './underWay.js';

export interface Session {
  backend: Backend;
  parley: Parley;
  dashboard: Dashboard;
  serviceId: string;
  uid: string;
  role: Staff['role'];
  displayName: string;
  /** Answers that have not arrived. */
  underWay: UnderWay;
  /** Ask for another service. */
  leaveService(): void;
  signOut(): Promise<void>;
}

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionGate above it');
  return session;
}

/** The service whose owners run the whole project. */
export const PROJECT = 'default';

/** Whether a role may answer cases and change them. */
export function isAgent(role: Staff['role']): boolean {
  return role !== 'viewer';
}

/** Whether a role may send campaigns and import people. */
export function isAdmin(role: Staff['role']): boolean {
  return role === 'owner' || role === 'admin';
}

export function isOwner(role: Staff['role']): boolean {
  return role === 'owner';
}
