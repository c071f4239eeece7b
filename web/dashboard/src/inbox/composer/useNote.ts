/** The note that is being written, kept for as long as the tab is open. */

import type { Notes } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useCallback, useState } from 'react';
import { useSession } from '../../session/session.js';
import { useStaff } from '../staff.js';
import { heldNote, holdNote } from './heldNotes.js';
import { mentioned } from './mentioned.js';
import type { Answer } from './useAnswer.js';

export function useNote(notes: Notes, chatId: string): Answer {
  const attempt = useAttempt();
  const staff = useStaff();
  const { uid } = useSession();
  const [text, show] = useState(() => heldNote(sessionStorage, uid, chatId));

  const setText = useCallback(
    (changed: string) => {
      show(changed);
      holdNote(sessionStorage, uid, chatId, changed);
    },
    [uid, chatId],
  );

  const send = (): void => {
    setText('');
    void attempt(() => notes.add(text, mentioned(text, staff))).then((isDone) => {
      if (isDone) return;
      if (heldNote(sessionStorage, uid, chatId) === '') holdNote(sessionStorage, uid, chatId, text);
      show((before) => (before === '' ? text : before));
    });
  };
  return { text, isReady: true, setText, send };
}
