import { Badge } from '@mantine/core';
import { MessageSquareText } from 'lucide-react';
import { useLive } from 'parley-screen/live.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';

/** That the person wrote by SMS, or RCS. */
export function ViaMark({ via }: { via: string }) {
  const t = useText();
  return (
    <Badge size="xs" variant="light" color="teal" leftSection={<MessageSquareText size={10} aria-hidden />}>
      {t('thread.via', { channel: via.toUpperCase() })}
    </Badge>
  );
}

/** That an answer goes out as SMS too, and how far it is. */
export function SmsMark({ jobId }: { jobId: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const { delivery } = useLive(() => dashboard.smsJob(jobId), [dashboard, jobId]).value ?? {};
  const isRefused = delivery?.state === 'ERROR';
  const state = isRefused ? 'failed' : delivery?.info?.status === 'delivered' ? 'delivered' : 'sent';
  return (
    <Badge
      size="xs"
      tt="none"
      variant="light"
      color={isRefused ? 'red' : 'teal'}
      leftSection={<MessageSquareText size={10} aria-hidden />}
      title={delivery?.error}
    >
      {t(`thread.sms.${state}`, { why: delivery?.error ?? '' })}
    </Badge>
  );
}
