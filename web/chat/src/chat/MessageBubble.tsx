import { Button, Group, Text } from '@mantine/core';
import { Megaphone } from 'lucide-react';
import type { ShownMessage } from 'parley-client';
import { useAttempt, useFailureText } from 'parley-screen/failures.js';
import { memo } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { Attachments } from './Attachments.js';
import { Body } from './Body.js';
import classes from './Message.module.css';
import { MessageMenu } from './MessageMenu.js';
import { useOpenChat } from './open.js';
import { Quote } from './Quote.js';
import { Reactions } from './Reactions.js';
import { StateMark } from './StateMark.js';

interface Props {
  message: ShownMessage;
  /** Whether the message before is of the same sender, so that the name is not said again. */
  goesOn: boolean;
  /** When it was said, in words that change with the day. */
  time: string | undefined;
}

/** Drawn anew only when what it shows has changed: a thread has hundreds. */
export const MessageBubble = memo(function MessageBubble({ message, goesOn, time }: Props) {
  const t = useText();
  const { uid } = useSession();
  const { kind, names, foundId } = useOpenChat();
  const { id, senderId, state, deletedAt, editedAt, createdAt, attachments = [], replyTo, campaignId } = message;
  const isOwn = senderId === uid;
  const name = names(senderId);
  return (
    <li
      id={`message-${id}`}
      className={classes.message}
      data-own={isOwn || undefined}
      data-state={state}
      data-goes-on={goesOn || undefined}
      data-found={foundId === id || undefined}
    >
      <article className={classes.bubble} aria-label={t('message.by', { name })}>
        {!isOwn && !goesOn && kind !== 'direct' && (
          <Text size="xs" fw={600} c="dimmed" dir="auto">
            {name}
          </Text>
        )}
        {campaignId && (
          <Text size="xs" c="dimmed" className={classes.note ?? ''}>
            <Megaphone size={12} aria-hidden /> {t('message.campaign')}
          </Text>
        )}
        {deletedAt ? (
          <Text size="sm" fs="italic" c="dimmed">
            {t('message.deleted')}
          </Text>
        ) : (
          <>
            {replyTo && <Quote messageId={replyTo} />}
            <Attachments attachments={attachments} />
            <Body message={message} />
          </>
        )}
        <Text size="xs" c="dimmed" className={classes.foot ?? ''}>
          {editedAt && !deletedAt && <span>{t('message.edited')}</span>}
          {createdAt && <time dateTime={createdAt.toDate().toISOString()}>{time}</time>}
          {isOwn && <StateMark message={message} />}
        </Text>
        {state === 'refused' && <Refused message={message} />}
        {state === 'sent' && !deletedAt && <Reactions messageId={id} />}
      </article>
      {state === 'sent' && !deletedAt && <MessageMenu message={message} isOwn={isOwn} />}
    </li>
  );
});

function Refused({ message: { id, error } }: { message: ShownMessage }) {
  const t = useText();
  const attempt = useAttempt();
  const inWords = useFailureText();
  const { chat } = useOpenChat();
  return (
    <div role="alert">
      <Text size="xs" className={classes.refused ?? ''}>
        {t('message.refused', { why: error ? inWords(error) : '…' })}
      </Text>
      <Group gap="xs" mt={4}>
        <Button size="compact-xs" onClick={() => attempt(() => chat.posting.retry(id).sent)}>
          {t('message.retry')}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => chat.posting.discard(id)}>
          {t('message.discard')}
        </Button>
      </Group>
    </div>
  );
}
