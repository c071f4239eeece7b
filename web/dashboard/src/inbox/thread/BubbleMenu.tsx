import { Group, Menu } from '@mantine/core';
import { Copy, Pencil, Reply, Trash2 } from 'lucide-react';
import type { ChatSession, ShownMessage } from 'parley-client';
import { ConfirmItem } from 'parley-screen/ConfirmItem.js';
import { useAttempt } from 'parley-screen/failures.js';
import { isAgent, useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';
import { EMOJIS } from './emojis.js';
import { MoreButton } from './MoreButton.js';

interface Props {
  session: ChatSession;
  message: ShownMessage;
  /** Whether one has written it oneself. */
  isOwn: boolean;
  onEdit(): void;
  onQuote(): void;
}

/** React to a message, reply to it, copy it, and change one's own. */
export function BubbleMenu({ session, message, isOwn, onEdit, onQuote }: Props) {
  const t = useText();
  const attempt = useAttempt();
  const { role } = useSession();
  if (!isAgent(role)) return null;
  const { id, body } = message;
  return (
    <Menu position="bottom" withinPortal>
      <MoreButton label={t('thread.more')} />
      <Menu.Dropdown>
        <Group gap={2} px={4} pb={4} wrap="nowrap">
          {Object.values(EMOJIS).map((emoji) => (
            <Menu.Item
              key={emoji}
              w="auto"
              p={4}
              aria-label={t('thread.react', { emoji })}
              onClick={() => attempt(() => session.posting.react(id, emoji))}
            >
              {emoji}
            </Menu.Item>
          ))}
        </Group>
        <Menu.Item leftSection={<Reply size={14} className={classes.arrow} />} onClick={onQuote}>
          {t('thread.reply')}
        </Menu.Item>
        {body !== undefined && (
          <Menu.Item
            leftSection={<Copy size={14} />}
            onClick={() => attempt(() => navigator.clipboard.writeText(body))}
          >
            {t('thread.copy')}
          </Menu.Item>
        )}
        {isOwn && body !== undefined && (
          <Menu.Item leftSection={<Pencil size={14} />} onClick={onEdit}>
            {t('thread.edit')}
          </Menu.Item>
        )}
        {isOwn && (
          <ConfirmItem
            icon={<Trash2 size={14} />}
            sure={t('thread.deleteSure')}
            onConfirm={() => attempt(() => session.posting.remove(id))}
          >
            {t('thread.delete')}
          </ConfirmItem>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
