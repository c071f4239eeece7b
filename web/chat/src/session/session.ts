/** Who is signed in, and what the pages read. */
import type { ChatList, Parley, PushTokens, User, UserBlock } from 'parley-client';
import type { Backend } from 'parley-screen/data.js';
import { createContext, useContext } from 'react';

export interface Session {
  backend: Backend;
  parley: Parley;
  uid: string;
  /** The person's own record; null before they have given a name. */
  me: User | null;
  reloadMe(): void;
  list: ChatList;
  signOut(): Promise<void>;
}

/** Live values that several pages show, listened to once. */
export interface Shared {
  tokens: PushTokens | null;
  blocked: Map<string, UserBlock>;
}

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it');
  return session;
}

const SharedContext = createContext<Shared>({ tokens: null, blocked: new Map() });
export const SharedProvider = SharedContext.Provider;
export const useShared = (): Shared => useContext(SharedContext);
