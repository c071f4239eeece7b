/** What is being written: the answer, or a note. */

import type { Uploads } from 'parley-screen/uploads.js';
import type { OpenCase } from '../case/openCase.js';
import { useNote } from './useNote.js';
import { useReply } from './useReply.js';

export type Mode = 'reply' | 'note';

export interface Answer {
  text: string;
  /** Whether one may write: an answer once the stored draft is known, which typing would replace; a note at once. */
  isReady: boolean;
  setText(text: string): void;
  send(): void;
}

/** `showReply` is called when an answer was taken back, while a note may be shown. */
export function useAnswer(opened: OpenCase, mode: Mode, files: Uploads, showReply: () => void): Answer {
  const reply = useReply(opened, files, showReply);
  const note = useNote(opened.notes, opened.session.chatId);
  return mode === 'note' ? note : reply;
}
