/** A case while it is on the screen: its chat, its notes, and who else is there. */
import type { ChatSession, Desk, Notes } from 'parley-client';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../../session/session.js';
import { Answers } from '../composer/answers.js';
import { Quoting } from '../composer/quoting.js';

export interface OpenCase {
  session: ChatSession;
  notes: Notes;
  desk: Desk;
  answers: Answers;
  quoting: Quoting;
}

/** Nothing while it opens. `reopen` listens anew, after what was listened to has ended. */
export function useOpenCase(chatId: string): { opened: OpenCase | undefined; reopen(): void } {
  const { dashboard, underWay } = useSession();
  const [opened, setOpened] = useState<OpenCase>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round opens it anew.
  useEffect(() => {
    const session = dashboard.chat(chatId);
    const notes = dashboard.notes(chatId);
    const desk = dashboard.desk(chatId);
    const answers = new Answers(session, desk, underWay);
    const flush = (): void => answers.outbox.flush();
    addEventListener('pagehide', flush);
    setOpened({ session, notes, desk, answers, quoting: new Quoting() });
    return () => {
      removeEventListener('pagehide', flush);
      answers.close();
      session.close();
      notes.close();
      desk.close();
    };
  }, [dashboard, underWay, chatId, round]);
  const reopen = useCallback(() => {
    setOpened(undefined);
    setRound((before) => before + 1);
  }, []);
  return { opened, reopen };
}
