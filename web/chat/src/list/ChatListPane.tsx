import { ActionIcon, Button, Group, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { MessageCirclePlus, Settings } from 'lucide-react';
import { useAttempt } from 'parley-screen/failures.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useEffect } from 'react';
import { useSession } from '../session/session.js';
import { useShown } from '../session/shown.js';
import { useText } from '../texts.js';
import classes from './ChatList.module.css';
import { ChatRow } from './ChatRow.js';

/** One's chats: pinned first, archived last, otherwise by what was said last. */
export function ChatListPane() {
  const t = useText();
  const attempt = useAttempt();
  const { list } = useSession();
  const { value, error } = useShown(list);
  const unread = value?.chats.filter((each) => each.unread > 0 && !each.archived).length ?? 0;

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t('chat.title')}` : t('chat.title');
  }, [unread, t]);

  return (
    <>
      <header className={classes.header}>
        <Title order={2} size="h3">
          {t('chat.title')}
        </Title>
        <Group gap={4}>
          <ActionIcon component={Link} to="/new" variant="subtle" size="lg" aria-label={t('chat.new')}>
            <MessageCirclePlus size={20} aria-hidden />
          </ActionIcon>
          <ActionIcon component={Link} to="/settings" variant="subtle" size="lg" aria-label={t('chat.settings')}>
            <Settings size={20} aria-hidden />
          </ActionIcon>
        </Group>
      </header>
      <div className={classes.scroller} data-live={value !== undefined && !value.isFromCache}>
        {error && <Failure error={error} />}
        {!value && !error && <Loading />}
        {value?.chats.length === 0 && <Empty>{t('list.empty')}</Empty>}
        {value && value.chats.length > 0 && (
          <ul className={classes.rows}>
            {value.chats.map((chat) => (
              <ChatRow key={chat.chatId} chat={chat} />
            ))}
          </ul>
        )}
        {value?.hasMore && (
          <Button variant="subtle" fullWidth onClick={() => attempt(() => list.more())}>
            {t('list.more')}
          </Button>
        )}
      </div>
    </>
  );
}
