import { ActionIcon, Group, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import type { ShownMessage } from 'parley-client';
import { ConfirmItem } from 'parley-screen/ConfirmItem.js';
import { useAttempt } from 'parley-screen/failures.js';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../texts.js';
import classes from './Message.module.css';
import { useOpenChat } from './open.js';

const ReportDialog = lazy(() => import('./ReportDialog.js'));
const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

export function MessageMenu({ message, isOwn }: { message: ShownMessage; isOwn: boolean }) {
  const t = useText();
  const attempt = useAttempt();
  const { chat, setIntent, canWrite } = useOpenChat();
  const [isReporting, setIsReporting] = useState(false);
  const { id, body } = message;
  return (
    <>
      <Menu position="bottom" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            className={classes.options ?? ''}
            aria-label={t('message.options')}
          >
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Group gap={2} p={4} wrap="nowrap">
            {EMOJI.map((emoji) => (
              <Menu.Item
                key={emoji}
                w={36}
                px={8}
                aria-label={t('message.react', { emoji })}
                onClick={() => attempt(() => chat.posting.react(id, emoji))}
              >
                {emoji}
              </Menu.Item>
            ))}
          </Group>
          <Menu.Divider />
          {canWrite && (
            <Menu.Item onClick={() => setIntent({ kind: 'reply', message })}>{t('message.reply')}</Menu.Item>
          )}
          {body && (
            <Menu.Item onClick={() => attempt(() => navigator.clipboard.writeText(body))}>
              {t('message.copy')}
            </Menu.Item>
          )}
          {isOwn && body && (
            <Menu.Item onClick={() => setIntent({ kind: 'edit', message })}>{t('message.edit')}</Menu.Item>
          )}
          {isOwn && (
            <ConfirmItem sure={t('message.deleteSure')} onConfirm={() => attempt(() => chat.posting.remove(id))}>
              {t('message.delete')}
            </ConfirmItem>
          )}
          {!isOwn && <Menu.Item onClick={() => setIsReporting(true)}>{t('message.report')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Suspense>{isReporting && <ReportDialog messageId={id} onClose={() => setIsReporting(false)} />}</Suspense>
    </>
  );
}
