/** The chat on the screen, as its parts share it. */
import type { ChatSession, kindOf, MessagesShown, ReadReceipt, ShownMessage } from 'parley-client';
import type { Shown } from 'parley-screen/live.js';
import { createContext, useContext, useEffect, useState } from 'react';
import { useSession } from '../session/session.js';

/** What the composer is about: a new message, a reply, or an edit. */
export type Intent = { kind: 'new' } | { kind: 'reply' | 'edit'; message: ShownMessage };

export interface OpenChat {
  chat: ChatSession;
  chatId: string;
  kind: ReturnType<typeof kindOf>;
  /** Whether one may write here; a broadcast chat is for reading. */
  canWrite: boolean;
  horizons: Map<string, ReadReceipt>;
  names: (memberId: string | undefined) => string;
  setIntent(intent: Intent): void;
  /** The text that is searched for; empty while nobody searches. */
  searched: string;
  foundId: string | undefined;
}

const OpenChatContext = createContext<OpenChat | undefined>(undefined);
export const OpenChatProvider = OpenChatContext.Provider;

export function useOpenChat(): OpenChat {
  const open = useContext(OpenChatContext);
  if (!open) throw new Error('useOpenChat needs an OpenChatProvider above it');
  return open;
}

/** Open a chat while it is on the screen. */
export function useChatSession(chatId: string): ChatSession | undefined {
  const { parley } = useSession();
  const [chat, setChat] = useState<ChatSession>();
  useEffect(() => {
    const opened = parley.chat(chatId);
    setChat(opened);
    return () => opened.close();
  }, [parley, chatId]);
  return chat?.chatId === chatId ? chat : undefined;
}

/** Tell the others that what is shown was seen, while the page is in front. */
export function useReceipts(chat: ChatSession, { value }: Shown<MessagesShown>): void {
  const [isInFront, setIsInFront] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = (): void => setIsInFront(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  useEffect(() => {
    if (!value || value.isFromCache) return;
    for (const message of value.messages) {
      if (message.state !== 'sent') continue;
      if (isInFront) chat.receipts.shown(message);
      else chat.receipts.received(message);
    }
  }, [chat, value, isInFront]);
}
