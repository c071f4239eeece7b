import { useParams } from '@tanstack/react-router';
import { type ChatSession, kindOf } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useMemo, useState } from 'react';
import { ChatHeader } from '../chat/ChatHeader.js';
import { type Intent, OpenChatProvider, useChatSession, useReceipts } from '../chat/open.js';
import { SearchLine, useSearch } from '../chat/SearchLine.js';
import { Thread } from '../chat/Thread.js';
import { TypingLine } from '../chat/TypingLine.js';
import { Foot } from '../compose/Foot.js';
import { useNames } from '../people/names.js';
import { useShown } from '../session/shown.js';
import { useText } from '../texts.js';
import { PageHeader } from './PageHeader.js';

export function ChatPage() {
  const { chatId } = useParams({ from: '/chats/$chatId' });
  const chat = useChatSession(chatId);
  return chat ? <OpenedChat key={chatId} chat={chat} /> : <Loading />;
}

function OpenedChat({ chat }: { chat: ChatSession }) {
  const t = useText();
  const { chatId } = chat;
  const kind = kindOf(chatId);
  const shown = useShown(chat.messages);
  useReceipts(chat, shown);
  const messages = useMemo(() => shown.value?.messages ?? [], [shown.value]);
  const { value: horizons } = useLive(() => chat.horizons(), [chat]);
  const [intent, setIntent] = useState<Intent>({ kind: 'new' });
  const search = useSearch(messages);
  const names = useNames(
    messages.flatMap(({ senderId, by, target, mentions = [] }) => [senderId, by, target, ...mentions]),
  );

  const open = useMemo(
    () => ({
      chat,
      chatId,
      kind,
      canWrite: kind !== 'broadcast',
      horizons: horizons ?? new Map(),
      names,
      setIntent,
      searched: search.text,
      foundId: search.found,
    }),
    [chat, chatId, kind, horizons, names, search.text, search.found],
  );

  if (shown.error) {
    return (
      <>
        <PageHeader title={t(`kind.${kind}`)} />
        <Failure error={shown.error} />
      </>
    );
  }
  return (
    <OpenChatProvider value={open}>
      <ChatHeader onSearch={search.open} />
      {search.isOpen && <SearchLine search={search} />}
      <Thread shown={shown.value} />
      <TypingLine />
      <Foot intent={intent} />
    </OpenChatProvider>
  );
}
