import { Badge, Button } from '@mantine/core';
import { CircleAlert, MessageSquareText } from 'lucide-react';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { useState } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { useReason } from '../../words/words.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';
import { type SmsStanding, smsStanding } from './smsStanding.js';

/** That the person wrote by SMS, or RCS. */
export function ViaMark({ via }: { via: string }) {
  const t = useText();
  return (
    <Badge size="xs" variant="light" leftSection={<MessageSquareText size={10} aria-hidden />}>
      {t('thread.via', { channel: via.toUpperCase() })}
    </Badge>
  );
}

/** That an answer goes out as SMS too, how far it is, and how to send one again that failed. */
export function SmsMark({ jobId }: { jobId: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const { value } = useLive(() => dashboard.smsJob(jobId), [dashboard, jobId]);
  const standing = smsStanding(value?.delivery);
  if (standing.state === 'failed') {
    return <SmsFailed standing={standing} onRetry={() => dashboard.retrySms(jobId)} />;
  }
  return (
    <p className={classes.sms}>
      <MessageSquareText size={12} aria-hidden />
      {t(`thread.sms.${standing.state}`)}
    </p>
  );
}

/** `onRetry` has the same job sent again. */
export function SmsFailed({ standing, onRetry }: { standing: SmsStanding; onRetry: () => Promise<void> }) {
  const t = useText();
  const inWords = useReason();
  const attempt = useAttempt();
  const { role } = useSession();
  const [isBusy, setIsBusy] = useState(false);
  const { reason = '', sentence, mayRetry } = standing;
  const words = inWords(reason);
  // A code of the provider says nothing to people: the server's sentence does.
  const why = words === reason ? (sentence ?? reason) : words;

  async function retry(): Promise<void> {
    setIsBusy(true);
    await attempt(onRetry);
    setIsBusy(false);
  }

  return (
    <div className={classes.refused} role="alert" title={sentence}>
      <CircleAlert size={14} aria-hidden />
      <span className={classes.why}>{t('thread.sms.failed', { why })}</span>
      {mayRetry && isAgent(role) && (
        <Button data-act="retrySms" size="compact-xs" loading={isBusy} onClick={retry}>
          {t('thread.sms.retry')}
        </Button>
      )}
    </div>
  );
}
