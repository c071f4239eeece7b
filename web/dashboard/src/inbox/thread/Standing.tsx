import { Check, CheckCheck } from 'lucide-react';
import { useText } from '../texts.js';
import type { Reach } from './reach.js';

/** Whether an answer was sent, has arrived, and was read by the person of this name. */
export function Standing({ reach, name }: { reach: Reach; name: string }) {
  const t = useText();
  switch (reach) {
    case 'read':
      return <CheckCheck size={14} color="var(--mantine-color-parley-5)" aria-label={t('thread.readBy', { name })} />;
    case 'received':
      return <CheckCheck size={14} aria-label={t('thread.received')} />;
    case 'sent':
      return <Check size={14} aria-label={t('thread.sent')} />;
  }
}
