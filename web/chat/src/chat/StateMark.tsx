import { Check, CheckCheck, Clock } from 'lucide-react';
import { receivedBy, type ShownMessage, seenBy } from 'parley-client';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { useOpenChat } from './open.js';

/** How far one's own message has come. */
export function StateMark({ message }: { message: ShownMessage }) {
  const t = useText();
  const { uid } = useSession();
  const { horizons, kind } = useOpenChat();
  const { state, createdAt } = message;
  if (state === 'sending') return <Clock size={14} role="img" aria-label={t('message.sending')} />;
  if (state === 'refused' || !createdAt) return null;
  const seen = seenBy(horizons, message).filter((each) => each !== uid).length;
  if (seen > 0) {
    const label = kind === 'group' ? t('message.seenBy', { count: seen }) : t('message.seen');
    return (
      <CheckCheck
        size={14}
        role="img"
        aria-label={label}
        color="light-dark(var(--mantine-color-parley-7), var(--mantine-color-white))"
      />
    );
  }
  const received = receivedBy(horizons, message).filter((each) => each !== uid).length;
  if (received > 0) return <CheckCheck size={14} role="img" aria-label={t('message.received')} />;
  return <Check size={14} role="img" aria-label={t('message.sent')} />;
}
