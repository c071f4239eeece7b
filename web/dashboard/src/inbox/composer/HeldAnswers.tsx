import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { OpenCase } from '../case/openCase.js';
import type { Person } from '../staff.js';
import { useText } from '../texts.js';
import bubble from '../thread/Bubble.module.css';
import { LinkedText } from '../thread/LinkedText.js';
import { Quote } from '../thread/Quote.js';
import { type Held, UNDO_MS } from './outbox.js';

const SECOND_MS = 1_000;

/** Answers that can still be taken back. */
export function HeldAnswers({ opened, person }: { opened: OpenCase; person: Person }) {
  const { outbox } = opened.answers;
  const held = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  return held.map((each) => <HeldAnswer key={each.id} held={each} opened={opened} person={person} />);
}

function HeldAnswer({ held, opened, person }: { held: Held; opened: OpenCase; person: Person }) {
  const { session } = opened;
  const { outbox } = opened.answers;
  const t = useText();
  const [seconds, setSeconds] = useState(UNDO_MS / SECOND_MS);

  useEffect(() => {
    const count = setInterval(
      () => setSeconds(Math.max(1, Math.ceil((held.dueAt - Date.now()) / SECOND_MS))),
      SECOND_MS / 2,
    );
    return () => clearInterval(count);
  }, [held]);

  return (
    <article className={bubble.line} data-ours>
      <div className={bubble.beside}>
        <div className={bubble.bubble} data-state="sending">
          {held.draft.replyTo !== undefined && (
            <Quote session={session} messageId={held.draft.replyTo} person={person} />
          )}
          {held.draft.body !== undefined && <LinkedText text={held.draft.body} />}
          {held.draft.attachments?.map(({ path, name }) => (
            <span key={path} className={bubble.file}>
              {name}
            </span>
          ))}
        </div>
      </div>
      <p className={bubble.sending}>
        {t('composer.held', { seconds })}{' '}
        <Button size="compact-xs" variant="subtle" onClick={() => outbox.takeBack(held.id)}>
          {t('composer.undo')}
        </Button>{' '}
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.release(held.id)}>
          {t('composer.now')}
        </Button>
      </p>
    </article>
  );
}
