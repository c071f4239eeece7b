import { Badge } from '@mantine/core';
import { MessageSquareText } from 'lucide-react';
import type { SmsJob } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';

/** That the person wrote by SMS, or RCS. */
export function ViaMark({ via }: { via: string }) {
  const t = useText();
  return (
    <Badge size="xs" variant="light" leftSection={<MessageSquareText size={10} aria-hidden />}>
      {t('thread.via', { channel: via.toUpperCase() })}
    </Badge>
  );
}

/** That an answer goes out as SMS too, and how far it is. */
export function SmsMark({ jobId }: { jobId: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const { delivery } = useLive(() => dashboard.smsJob(jobId), [dashboard, jobId]).value ?? {};
  const state = stateOf(delivery);
  return (
    <Badge
      size="xs"
      tt="none"
      variant="light"
      color={state === 'failed' ? 'red' : 'parley'}
      leftSection={<MessageSquareText size={10} aria-hidden />}
      title={delivery?.error}
    >
      {t(`thread.sms.${state}`, { why: delivery?.error ?? '' })}
    </Badge>
  );
}

function stateOf(delivery: SmsJob['delivery']): 'waiting' | 'sent' | 'delivered' | 'failed' {
  if (delivery?.state === 'ERROR') return 'failed';
  if (delivery?.info?.status === 'delivered') return 'delivered';
  return delivery?.state === 'SUCCESS' ? 'sent' : 'waiting';
}
