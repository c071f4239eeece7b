/** The answer that is being written, kept on the server until it has arrived. */

import type { MessagesShown, UnsentAnswer } from 'parley-client';
import type { Uploads } from 'parley-screen/uploads.js';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useSession } from '../../session/session.js';
import type { OpenCase } from '../case/openCase.js';
import { useCountAnew } from '../views/useCounts.js';
import { Reply } from './reply.js';
import { type Unsent, unsentOf } from './unsent.js';
import type { Answer } from './useAnswer.js';

/** `showReply` is called when an answer was taken back, while a note may be shown. */
export function useReply({ session, desk, answers, quoting }: OpenCase, files: Uploads, showReply: () => void): Answer {
  const { underWay } = useSession();
  const countAnew = useCountAnew();
  const { chatId, messages } = session;
  const reply = useMemo(() => new Reply(desk), [desk]);
  const text = useSyncExternalStore(reply.subscribe, reply.snapshot);
  const [isReady, setIsReady] = useState(false);

  const takeIn = useRef<(unsent: readonly Unsent[]) => void>(() => undefined);
  takeIn.current = (unsent) => {
    reply.takeIn(unsent);
    files.restore(unsent.flatMap(({ draft }) => draft.attachments ?? []));
    const replyTo = unsent.at(-1)?.draft.replyTo;
    if (replyTo !== undefined) void quoteAgain(session, quoting, replyTo);
  };

  useEffect(() => {
    const stops: (() => void)[] = [];
    let isOver = false;
    const takeRefused = (stored: readonly UnsentAnswer[] = []): void =>
      takeIn.current(unsentOf(stored, underWay.takeRefused(chatId)));
    const begin = (stored?: UnsentAnswer[]): void => {
      if (isOver) return;
      // What this tab is sending still is shown by the thread.
      takeRefused(stored?.filter(({ messageId }) => !underWay.isWaiting(messageId)));
      stops.push(underWay.whenRefused(() => takeRefused()));
      stops.push(messages.subscribe((shown) => reply.drop((id) => isSent(shown, id))));
      setIsReady(true);
    };
    // Without a connection one can write all the same.
    desk.unsent().then(begin, () => begin());
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [reply, desk, messages, underWay, chatId]);

  useEffect(() => {
    answers.takenBack = (messageId, draft) => {
      takeIn.current([{ messageId, draft }]);
      showReply();
    };
    return () => {
      answers.takenBack = () => undefined;
    };
  }, [answers, showReply]);

  // While an answer is held it changes no view.
  useEffect(() => {
    const { outbox } = answers;
    return outbox.subscribe(() => {
      if (outbox.snapshot().length === 0) countAnew();
    });
  }, [answers, countAnew]);

  const setText = useCallback(
    (changed: string) => {
      reply.change(changed);
      if (changed === '') session.typing.stop();
      else session.typing.keystroke();
    },
    [reply, session],
  );

  const send = (): void => {
    const attachments = files.take();
    const replyTo = quoting.take()?.id;
    const draft = {
      ...(text.trim() !== '' && { body: text }),
      ...(attachments.length > 0 && { attachments }),
      ...(replyTo !== undefined && { replyTo }),
    };
    answers.hold(reply.take(draft), draft);
    session.typing.stop();
  };
  return { text, isReady, setText, send };
}

function isSent({ messages }: MessagesShown, messageId: string): boolean {
  return messages.some(({ id, state }) => id === messageId && state === 'sent');
}

/** Quote what an answer was to, unless something else is quoted by now. */
async function quoteAgain({ messages }: OpenCase['session'], quoting: OpenCase['quoting'], id: string): Promise<void> {
  const message = await messages.find(id).catch(() => undefined);
  if (message && !quoting.snapshot()) quoting.quote(message);
}
