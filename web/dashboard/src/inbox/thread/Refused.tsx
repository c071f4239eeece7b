import { Button } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ChatSession, ShownMessage } from 'parley-client';
import { useFailureText } from 'parley-screen/failures.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

/** Why an answer was refused, and how to send it again under the same id. */
export function Refused({ session, message }: { session: ChatSession; message: ShownMessage }) {
  const t = useText();
  const inWords = useFailureText();
  return (
    <div className={classes.refused} role="alert">
      <CircleAlert size={14} aria-hidden />
      <span className={classes.why}>{message.error ? inWords(message.error) : t('thread.refused')}</span>
      <Button
        size="compact-xs"
        onClick={() => {
          // It is shown as refused again if it fails.
          session.posting.retry(message.id).sent.catch(() => undefined);
        }}
      >
        {t('thread.retry')}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => session.posting.discard(message.id)}>
        {t('thread.discard')}
      </Button>
    </div>
  );
}
