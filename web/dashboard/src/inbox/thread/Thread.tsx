import { Button } from '@mantine/core';
import type { ReadReceipt, ShownMessage } from 'parley-client';
import { useCommands } from 'parley-screen/commands/commands.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { Fragment, useEffect, useMemo, useRef } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import type { OpenCase } from '../case/openCase.js';
import { HeldAnswers } from '../composer/HeldAnswers.js';
import { useText } from '../texts.js';
import { Bubble } from './Bubble.js';
import { EventLine } from './EventLine.js';
import { NoteBubble } from './NoteBubble.js';
import { type Reach, reachOf } from './reach.js';
import classes from './Thread.module.css';
import { beginsDay, goesOn, lastOf } from './timeline.js';
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
  const { role } = useSession();
  const { session, quoting } = opened;
  const horizons = useLive(() => session.horizons(), [session]).value ?? NOBODY;
  const end = useRef<HTMLDivElement>(null);
  const { entries, hasOlder, hasNewer } = timeline;
  const last = entries?.at(-1);
  const isOwnLast = last?.kind === 'message' && last.message.state === 'sending';

  useEffect(() => {
    if (isOwnLast) end.current?.scrollIntoView({ block: 'end' });
  }, [isOwnLast]);

  const refused = entries?.filter((entry) => entry.kind === 'message' && entry.message.state === 'refused');
  const lastRefused = refused?.at(-1);
  const refusedId = lastRefused?.kind === 'message' ? lastRefused.message.id : undefined;
  const asked = lastOf(entries ?? [], person.userId);
  useCommands(
    useMemo(() => {
      const group = t('case.title');
      return [
        {
          id: 'thread.older',
          text: t('thread.older'),
          group,
          key: 'o',
          run: () => void attempt(() => session.messages.older()),
          isShown: () => hasOlder,
        },
        {
          id: 'thread.newest',
          text: t('thread.newest'),
          group,
          run: () => void attempt(() => session.messages.newest()),
          isShown: () => hasNewer,
        },
        {
          id: 'thread.retry',
          text: t('thread.retryLast'),
          group,
          key: 'Shift+R',
          // It is shown as refused again if it fails.
          run: () => void (refusedId && session.posting.retry(refusedId).sent.catch(() => undefined)),
          isShown: () => refusedId !== undefined,
        },
        {
          id: 'thread.reply',
          text: t('thread.replyToLast', { name: person.name }),
          group,
          key: 'Shift+Q',
          run: () => asked && quoting.quote(asked),
          isShown: () => asked !== undefined && isAgent(role),
        },
      ];
    }, [t, attempt, session, quoting, role, hasOlder, hasNewer, refusedId, asked, person.name]),
  );

  const reachOfOurs = (message: ShownMessage): Reach | undefined =>
    message.senderId === person.userId ? undefined : reachOf(message, person.userId, horizons);

  if (!entries) return <Loading />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a thread that scrolls is reached by the keyboard.
    <div className={classes.scroll} tabIndex={0} role="log" aria-label={t('thread.of', { name: person.name })}>
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
                message={entry.message}
                reach={reachOfOurs(entry.message)}
                person={person}
                goesOn={goesOn(entry, entries[index - 1])}
                time={entry.at && times.short(entry.at)}
                onQuote={quoting.quote}
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
