import { useQuery } from '@tanstack/react-query';
import type { ChatSession } from 'parley-client';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

interface Props {
  session: ChatSession;
  messageId: string;
  person: { userId: string; name: string };
}

/** The beginning of the message that one replies to. */
export function Quote({ session, messageId, person }: Props) {
  const t = useText();
  const { data } = useQuery({
    queryKey: ['quoted', session.chatId, messageId],
    queryFn: async () => (await session.messages.find(messageId)) ?? null,
  });
  if (!data) return null;
  const name = data.senderId === person.userId ? person.name : t('thread.service');
  return (
    <blockquote className={classes.quote} dir="auto">
      <strong>{name}</strong> {data.deletedAt ? t('thread.deleted') : (data.body ?? data.attachments?.[0]?.name)}
    </blockquote>
  );
}
