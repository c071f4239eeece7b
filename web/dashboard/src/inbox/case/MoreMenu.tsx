import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, Link2, MailOpen } from 'lucide-react';
import { useText } from '../texts.js';

interface Props {
  onUnread(): void;
  onCopy(): void;
}

/** What is done with a case now and then. */
export function MoreMenu({ onUnread, onCopy }: Props) {
  const t = useText();
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
        <Menu.Item leftSection={<Link2 size={14} />} onClick={onCopy}>
          {t('case.copyLink')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
