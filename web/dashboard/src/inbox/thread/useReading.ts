import type { ChatSession } from 'parley-client';
import { useEffect } from 'react';
import { isAgent, useSession } from '../../session/session.js';

type Seen = Parameters<ChatSession['receipts']['shown']>[0];

/** Mark what is on the screen as read, while the page is in front. */
export function useReading(session: ChatSession, newest: Seen | undefined): void {
  const { role } = useSession();
  useEffect(() => {
    if (!newest || !isAgent(role)) return;
    const read = (): void => {
      if (document.visibilityState === 'visible') session.receipts.shown(newest);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [session, newest, role]);
}
