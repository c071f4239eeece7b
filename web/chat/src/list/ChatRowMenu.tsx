import { ActionIcon, Menu } from '@mantine/core';
import { EllipsisVertical } from 'lucide-react';
import { isMuted, type ListedChat, type RowFlags } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useSession, useShared } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './ChatList.module.css';

const HOUR_MS = 3_600_000;

/** What one does to a chat in one's own list; nobody else sees it. */
export function ChatRowMenu({ chat, title }: { chat: ListedChat; title: string }) {
  const t = useText();
  const attempt = useAttempt();
  const { list, parley } = useSession();
  const { tokens } = useShared();
  const { chatId, pinned = false, archived = false } = chat;
  const isUnread = chat.unread > 0 || chat.markedUnread === true;
  const flag = (flags: RowFlags) => () => attempt(() => list.flag(chatId, flags));

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.options ?? ''}
          aria-label={t('list.options', { name: title })}
        >
          <EllipsisVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={flag({ pinned: !pinned })}>{t(pinned ? 'list.unpin' : 'list.pin')}</Menu.Item>
        <Menu.Item onClick={flag({ archived: !archived })}>{t(archived ? 'list.unarchive' : 'list.archive')}</Menu.Item>
        <Menu.Item onClick={flag({ markedUnread: !isUnread })}>
          {t(isUnread ? 'list.markRead' : 'list.markUnread')}
        </Menu.Item>
        <Menu.Divider />
        {isMuted(tokens, chatId) ? (
          <Menu.Item onClick={() => attempt(() => parley.devices.unmute(chatId))}>{t('details.unmute')}</Menu.Item>
        ) : (
          <>
            <Menu.Item onClick={() => attempt(() => parley.devices.mute(chatId, new Date(Date.now() + HOUR_MS)))}>
              {t('details.muteHour')}
            </Menu.Item>
            <Menu.Item onClick={() => attempt(() => parley.devices.mute(chatId))}>{t('details.mute')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
