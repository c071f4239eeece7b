import { Button } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ShownMessage } from 'parley-client';
import { FailureText } from 'parley-screen/failures.js';
import type { Answers } from '../composer/answers.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

/** Why an answer was refused, and how to send it again under the same id. */
export function Refused({ answers, message }: { answers: Answers; message: ShownMessage }) {
  const t = useText();
  return (
    <div className={classes.refused} role="alert">
      <CircleAlert size={14} aria-hidden />
      <span className={classes.why}>{message.error ? <FailureText error={message.error} /> : t('thread.refused')}</span>
      <Button size="compact-xs" onClick={() => answers.retry(message.id)}>
        {t('thread.retry')}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => answers.discard(message.id)}>
        {t('thread.discard')}
      </Button>
    </div>
  );
}
