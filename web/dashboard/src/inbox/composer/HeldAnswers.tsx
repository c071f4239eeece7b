import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useText } from '../texts.js';
import bubble from '../thread/Bubble.module.css';
import { LinkedText } from '../thread/LinkedText.js';
import { type Held, type Outbox, UNDO_MS } from './outbox.js';

const SECOND_MS = 1_000;

/** Answers that can still be taken back. */
export function HeldAnswers({ outbox }: { outbox: Outbox }) {
  const held = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  return held.map((each) => <HeldAnswer key={each.id} held={each} outbox={outbox} />);
}

function HeldAnswer({ held, outbox }: { held: Held; outbox: Outbox }) {
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
