import { ActionIcon } from '@mantine/core';
import { X } from 'lucide-react';
import type { ShownMessage } from 'parley-client';
import { type Person, useSpeakerName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Composer.module.css';

interface Props {
  message: ShownMessage;
  person: Person;
  onStop(): void;
}

/** The message that the answer replies to, above the composer. */
export function Quoted({ message, person, onStop }: Props) {
  const t = useText();
  const name = useSpeakerName(person)(message);
  return (
    <div className={classes.quoted}>
      <div className={classes.quotedText}>
        <strong>{t('composer.replyTo', { name })}</strong>
        <span dir="auto">{message.body ?? message.attachments?.[0]?.name}</span>
      </div>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('composer.stopReply')} onClick={onStop}>
        <X size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
}
