import { ActionIcon, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { type Intent, useOpenChat } from '../chat/open.js';
import { useText } from '../texts.js';
import classes from './Composer.module.css';

/** What one replies to, or edits. */
export function About({ intent, onStop }: { intent: Intent; onStop: () => void }) {
  const t = useText();
  const { names } = useOpenChat();
  if (intent.kind === 'new') return null;
  const { message } = intent;
  return (
    <div className={classes.about}>
      <div className={classes.subject}>
        <Text size="xs" fw={600} truncate>
          {intent.kind === 'edit' ? t('compose.editing') : t('compose.replyTo', { name: names(message.senderId) })}
        </Text>
        <Text size="xs" truncate dir="auto">
          {message.body ?? message.attachments?.[0]?.name}
        </Text>
      </div>
      <ActionIcon variant="subtle" color="gray" aria-label={t('compose.stop')} onClick={onStop}>
        <X size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}
