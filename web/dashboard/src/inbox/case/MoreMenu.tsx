import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Ellipsis, Link2, MailOpen } from 'lucide-react';
import { useAttempt } from 'parley-screen/failures.js';
import { useText } from '../texts.js';

interface Props {
  chatId: string;
  onUnread(): void;
}

/** What is done with a case now and then. */
export function MoreMenu({ chatId, onUnread }: Props) {
  const t = useText();
  const attempt = useAttempt();
  const link = `${location.origin}/inbox/${encodeURIComponent(chatId)}`;

  async function copy(): Promise<void> {
    if (await attempt(() => navigator.clipboard.writeText(link))) notifications.show({ message: t('case.copied') });
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={t('case.more')} title={t('case.more')}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<MailOpen size={14} />} onClick={onUnread}>
          {t('case.markUnread')}
        </Menu.Item>
        <Menu.Item leftSection={<Link2 size={14} />} onClick={copy}>
          {t('case.copyLink')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
