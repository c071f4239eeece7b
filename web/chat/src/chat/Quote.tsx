import { UnstyledButton } from '@mantine/core';
import type { ShownMessage } from 'parley-client';
import { useEffect, useState } from 'react';
import { useName } from '../people/names.js';
import { useText } from '../texts.js';
import classes from './Message.module.css';
import { useOpenChat } from './open.js';

/** The message that a reply names; it leads there if that is on the screen. */
export function Quote({ messageId }: { messageId: string }) {
  const t = useText();
  const { chat } = useOpenChat();
  const [quoted, setQuoted] = useState<ShownMessage>();
  const name = useName(quoted?.senderId);
  useEffect(() => {
    let isOver = false;
    chat.messages.find(messageId).then(
      (found) => !isOver && setQuoted(found),
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [chat, messageId]);
  const text = quoted?.deletedAt ? t('message.deleted') : (quoted?.body ?? quoted?.attachments?.[0]?.name);
  return (
    <UnstyledButton
      className={classes.quote ?? ''}
      onClick={() => document.getElementById(`message-${messageId}`)?.scrollIntoView({ block: 'center' })}
    >
      <strong dir="auto">{quoted ? name : ''}</strong>
      <span dir="auto">{quoted ? text : t('message.quoteGone')}</span>
    </UnstyledButton>
  );
}
