import { Badge, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { Archive, BellOff, Pin } from 'lucide-react';
import { isMuted, type ListedChat } from 'parley-client';
import { useTimes } from 'parley-screen/times.js';
import { useChatTitle, useName } from '../people/names.js';
import { PersonAvatar } from '../people/PersonAvatar.js';
import { useSession, useShared } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './ChatList.module.css';
import { ChatRowMenu } from './ChatRowMenu.js';
import { InviteCard } from './InviteCard.js';

export function ChatRow({ chat }: { chat: ListedChat }) {
  const t = useText();
  const title = useChatTitle(chat);
  const { chatId: open } = useParams({ strict: false });
  if (chat.invited) return <InviteCard chat={chat} />;
  return (
    <li className={classes.row} data-open={chat.chatId === open || undefined} data-chat={chat.chatId}>
      <Link to="/chats/$chatId" params={{ chatId: chat.chatId }} className={classes.link}>
        <PersonAvatar name={title} kind={chat.kind} />
        <span className={classes.text}>
          <span className={classes.line}>
            <Text span fw={chat.unread > 0 ? 700 : 500} truncate className={classes.name ?? ''}>
              <bdi>{title}</bdi>
            </Text>
            <Marks chat={chat} />
          </span>
          <span className={classes.line}>
            <Preview chat={chat} />
            {chat.unread > 0 && (
              <Badge circle={chat.unread < 10} size="lg" aria-label={t('list.unread', { count: chat.unread })}>
                {chat.unread}
              </Badge>
            )}
            {chat.unread === 0 && chat.markedUnread && (
              <Badge circle size="sm" role="img" aria-label={t('list.markedUnread')} />
            )}
          </span>
        </span>
      </Link>
      <ChatRowMenu chat={chat} title={title} />
    </li>
  );
}

function Marks({ chat }: { chat: ListedChat }) {
  const t = useText();
  const times = useTimes();
  const { tokens } = useShared();
  return (
    <span className={classes.marks}>
      {chat.pinned && <Pin size={14} role="img" aria-label={t('list.pinned')} />}
      {chat.archived && <Archive size={14} role="img" aria-label={t('list.archived')} />}
      {isMuted(tokens, chat.chatId) && <BellOff size={14} role="img" aria-label={t('list.muted')} />}
      <Text span size="xs" c="dimmed">
        {times.short(chat.lastMessage?.createdAt ?? chat.updatedAt)}
      </Text>
    </span>
  );
}

function Preview({ chat: { lastMessage, kind } }: { chat: ListedChat }) {
  const t = useText();
  const { uid } = useSession();
  const name = useName(lastMessage?.senderId);
  const text = lastMessage?.preview ?? '';
  const isOthers = kind === 'group' && lastMessage && lastMessage.senderId !== 'system';
  return (
    <Text span size="sm" c="dimmed" truncate className={classes.name ?? ''}>
      <bdi>{lastMessage?.senderId === uid ? t('list.you', { text }) : isOthers ? `${name}: ${text}` : text}</bdi>
    </Text>
  );
}
