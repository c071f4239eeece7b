import { Button } from '@mantine/core';
import type { ReadReceipt, ShownMessage } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { Fragment, useEffect, useRef, useState } from 'react';
import type { OpenCase } from '../case/openCase.js';
import { HeldAnswers } from '../composer/HeldAnswers.js';
import { useText } from '../texts.js';
import { Bubble } from './Bubble.js';
import { EventLine } from './EventLine.js';
import { NoteBubble } from './NoteBubble.js';
import { type Reach, reachOf } from './reach.js';
import classes from './Thread.module.css';
import { beginsDay, goesOn } from './timeline.js';
import { useThreadCommands } from './useThreadCommands.js';
import type { Timeline } from './useTimeline.js';

const NOBODY: ReadonlyMap<string, ReadReceipt> = new Map();

interface Props {
  opened: OpenCase;
  timeline: Timeline;
  person: { userId: string; name: string };
}

/** What was said, oldest first, scrolled to its end. */
export function Thread({ opened, timeline, person }: Props) {
  const t = useText();
  const times = useTimes();
  const attempt = useAttempt();
  const { session, quoting } = opened;
  const horizons = useLive(() => session.horizons(), [session]).value ?? NOBODY;
  const end = useRef<HTMLDivElement>(null);
  const [edited, setEdited] = useState<string>();
  const { entries, hasOlder, hasNewer } = timeline;
  const last = entries?.at(-1);
  const isOwnLast = last?.kind === 'message' && last.message.state === 'sending';

  useEffect(() => {
    if (isOwnLast) end.current?.scrollIntoView({ block: 'end' });
  }, [isOwnLast]);

  const lines = useThreadCommands(opened, timeline, person, setEdited);

  const reachOfOurs = (message: ShownMessage): Reach | undefined =>
    message.senderId === person.userId ? undefined : reachOf(message, person.userId, horizons);

  if (!entries) return <Loading />;
  return (
    <div
      {...lines.around}
      className={`${classes.scroll} ${lines.around.className}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a thread that scrolls is reached by the keyboard.
      tabIndex={0}
      role="log"
      aria-label={t('thread.of', { name: person.name })}
    >
      {/* In a reversed column the browser itself stays at the end. */}
      <div className={classes.thread}>
        {hasOlder && (
          <Button variant="subtle" size="compact-sm" onClick={() => attempt(() => session.messages.older())}>
            {t('thread.older')}
          </Button>
        )}
        {entries.length === 0 && <p className={classes.event}>{t('thread.empty')}</p>}
        {entries.map((entry, index) => (
          <Fragment key={entry.key}>
            {beginsDay(entry, entries[index - 1]) && entry.at && (
              <div className={classes.day}>
                <span>{times.day(entry.at)}</span>
              </div>
            )}
            {entry.kind === 'note' ? (
              <NoteBubble note={entry.note} notes={opened.notes} />
            ) : entry.message.event ? (
              <EventLine message={entry.message} person={person} />
            ) : (
              <Bubble
                session={session}
                answers={opened.answers}
                message={entry.message}
                reach={reachOfOurs(entry.message)}
                person={person}
                goesOn={goesOn(entry, entries[index - 1])}
                time={entry.at && times.short(entry.at)}
                onQuote={quoting.quote}
                isEditing={edited === entry.message.id}
                onEdit={setEdited}
              />
            )}
          </Fragment>
        ))}
        {hasNewer && (
          <Button variant="light" size="compact-sm" onClick={() => attempt(() => session.messages.newest())}>
            {t('thread.newest')}
          </Button>
        )}
        <HeldAnswers opened={opened} person={person} />
        <div ref={end} />
      </div>
    </div>
  );
}
