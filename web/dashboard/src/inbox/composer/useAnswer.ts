/** The text that is being written, kept on the server until it is sent. */

import { LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import type { Uploads } from 'parley-screen/uploads.js';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../../session/session.js';
import type { OpenCase } from '../case/openCase.js';
import { useStaff } from '../staff.js';
import { useCountAnew } from '../views/useCounts.js';
import { heldNote, holdNote } from './heldNotes.js';
import { mentioned } from './mentioned.js';

export type Mode = 'reply' | 'note';

export interface Answer {
  text: string;
  /** Whether one may write: an answer once the stored draft is known, which typing would replace; a note at once. */
  isReady: boolean;
  setText(text: string): void;
  send(): void;
}

/** `showReply` is called when an answer was taken back, while a note may be shown. */
export function useAnswer(
  { session, notes, desk, outbox, quoting }: OpenCase,
  mode: Mode,
  files: Uploads,
  showReply: () => void,
): Answer {
  const attempt = useAttempt();
  const staff = useStaff();
  const countAnew = useCountAnew();
  const { uid } = useSession();
  const { chatId } = session;
  const [texts, setTexts] = useState<Record<Mode, string>>(() => ({
    reply: '',
    note: heldNote(sessionStorage, uid, chatId),
  }));
  const [isReady, setIsReady] = useState(false);

  useEffect(() => {
    let isOver = false;
    const begin = (stored?: string): void => {
      if (isOver) return;
      if (stored) setTexts((before) => ({ ...before, reply: stored }));
      setIsReady(true);
    };
    // Without a connection one can write all the same.
    desk.savedDraft().then(begin, () => begin());
    return () => {
      isOver = true;
    };
  }, [desk]);

  const setText = useCallback(
    (text: string) => {
      setTexts((before) => ({ ...before, [mode]: text }));
      if (mode === 'note') {
        holdNote(sessionStorage, uid, chatId, text);
        return;
      }
      // What is too long to be sent is too long to be kept; the composer says so.
      if (text.length <= LIMITS.CHAT_BODY) desk.write(text);
      if (text === '') session.typing.stop();
      else session.typing.keystroke();
    },
    [desk, session, mode, uid, chatId],
  );

  const { restore } = files;
  const reply = useRef('');
  reply.current = texts.reply;
  useEffect(() => {
    outbox.takenBack = ({ body = '', attachments = [], replyTo }) => {
      const text = [body, reply.current].filter(Boolean).join('\n');
      setTexts((before) => ({ ...before, reply: text }));
      if (text.length <= LIMITS.CHAT_BODY) desk.write(text);
      restore(attachments);
      if (replyTo !== undefined) void quoteAgain(session, quoting, replyTo);
      showReply();
    };
    return () => {
      outbox.takenBack = () => undefined;
    };
  }, [outbox, desk, session, quoting, restore, showReply]);

  const send = (): void => {
    const text = texts[mode];
    if (mode === 'note') {
      const mentions = mentioned(text, staff);
      setTexts((before) => ({ ...before, note: '' }));
      holdNote(sessionStorage, uid, chatId, '');
      void attempt(() => notes.add(text, mentions)).then((isDone) => {
        if (isDone) return;
        if (heldNote(sessionStorage, uid, chatId) === '') holdNote(sessionStorage, uid, chatId, text);
        setTexts((before) => ({ ...before, note: before.note === '' ? text : before.note }));
      });
      return;
    }
    const attachments = files.take();
    const replyTo = quoting.take()?.id;
    outbox.hold({
      ...(text.trim() !== '' && { body: text }),
      ...(attachments.length > 0 && { attachments }),
      ...(replyTo !== undefined && { replyTo }),
    });
    setTexts((before) => ({ ...before, reply: '' }));
    desk.sent();
    session.typing.stop();
    countAnew();
  };
  return { text: texts[mode], isReady: isReady || mode === 'note', setText, send };
}

/** Quote what an answer was to, unless something else is quoted by now. */
async function quoteAgain({ messages }: OpenCase['session'], quoting: OpenCase['quoting'], id: string): Promise<void> {
  const message = await messages.find(id).catch(() => undefined);
  if (message && !quoting.snapshot()) quoting.quote(message);
}
