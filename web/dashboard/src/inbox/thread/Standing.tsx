import { Check, CheckCheck } from 'lucide-react';
import { type ReadReceipt, receivedBy, type ShownMessage, seenBy } from 'parley-client';
import { useText } from '../texts.js';

interface Props {
  horizons: ReadonlyMap<string, ReadReceipt>;
  message: ShownMessage;
  person: { userId: string; name: string };
}

/** Whether an answer was sent, has arrived, and was read. */
export function Standing({ horizons, message, person }: Props) {
  const t = useText();
  if (message.state !== 'sent' || message.deletedAt) return null;
  const map = horizons as Map<string, ReadReceipt>;
  if (seenBy(map, message).includes(person.userId)) {
    return (
      <CheckCheck
        size={14}
        color="var(--mantine-color-parley-5)"
        aria-label={t('thread.readBy', { name: person.name })}
      />
    );
  }
  if (receivedBy(map, message).includes(person.userId)) {
    return <CheckCheck size={14} aria-label={t('thread.received')} />;
  }
  return <Check size={14} aria-label={t('thread.sent')} />;
}
