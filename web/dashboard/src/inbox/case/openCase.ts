/** A case while it is on the screen: its chat, its notes, and who else is there. */
import type { ChatSession, Desk, Notes } from 'parley-client';
import { useEffect, useState } from 'react';
import { useSession } from '../../session/session.js';
import { Outbox } from '../composer/outbox.js';
import { Quoting } from '../composer/quoting.js';

export interface OpenCase {
  session: ChatSession;
  notes: Notes;
  desk: Desk;
  outbox: Outbox;
  quoting: Quoting;
}

export function useOpenCase(chatId: string): OpenCase | undefined {
  const { dashboard } = useSession();
  const [opened, setOpened] = useState<OpenCase>();
  useEffect(() => {
    const session = dashboard.chat(chatId);
    const notes = dashboard.notes(chatId);
    const desk = dashboard.desk(chatId);
    const outbox = new Outbox((draft) => {
      // The thread shows one that was refused, with the reason.
      session.posting.send(draft).sent.catch(() => undefined);
    });
    const flush = (): void => outbox.flush();
    addEventListener('pagehide', flush);
    setOpened({ session, notes, desk, outbox, quoting: new Quoting() });
    return () => {
      removeEventListener('pagehide', flush);
      outbox.flush();
      session.close();
      notes.close();
      desk.close();
    };
  }, [dashboard, chatId]);
  return opened;
}
