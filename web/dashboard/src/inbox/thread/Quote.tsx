import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChatSession } from 'parley-client';
import { type Person, useSpeakerName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

const MARKED_MS = 1_500;

interface Props {
  session: ChatSession;
  messageId: string;
  person: Person;
}

/** The beginning of the message that one replies to; it leads there if that is on the screen. */
export function Quote({ session, messageId, person }: Props) {
  const t = useText();
  const speakerName = useSpeakerName(person);
  const { data } = useQuery({
    queryKey: ['quoted', session.chatId, messageId],
    queryFn: async () => (await session.messages.find(messageId)) ?? null,
  });
  if (data === undefined) return null;
  const text = data?.deletedAt ? t('thread.deleted') : (data?.body ?? data?.attachments?.[0]?.name);
  return (
    <UnstyledButton className={classes.quote ?? ''} onClick={() => leadTo(messageId)}>
      {data ? (
        <>
          <strong dir="auto">{speakerName(data)}</strong>
          <span dir="auto">{text}</span>
        </>
      ) : (
        t('thread.quoteGone')
      )}
    </UnstyledButton>
  );
}

/** Show where a message stands in the thread, and mark it for a moment. */
function leadTo(messageId: string): void {
  const line = document.querySelector(`[data-message="${CSS.escape(messageId)}"]`);
  line?.scrollIntoView({ block: 'center' });
  line?.animate?.({ background: ['var(--mantine-color-parley-light)', 'transparent'] }, MARKED_MS);
}
