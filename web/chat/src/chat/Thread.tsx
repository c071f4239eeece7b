import { Button, Text } from '@mantine/core';
import type { MessagesShown, ShownMessage } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { Empty, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { type UIEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../texts.js';
import { EventLine } from './EventLine.js';
import { MessageBubble } from './MessageBubble.js';
import { useOpenChat } from './open.js';
import classes from './Thread.module.css';

/** How near to the oldest message the next page is loaded, in pixels. */
const NEAR = 400;
const TOGETHER_MS = 5 * 60_000;

/** The messages, the newest at the bottom, which stays in view while one reads there. */
export function Thread({ shown }: { shown: MessagesShown | undefined }) {
  const t = useText();
  const attempt = useAttempt();
  const { chat, foundId } = useOpenChat();
  const [isLoading, setIsLoading] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);

  async function load(page: 'older' | 'newer' | 'newest'): Promise<void> {
    if (isLoading) return;
    setIsLoading(true);
    await attempt(() => chat.messages[page]());
    setIsLoading(false);
  }

  function onScroll({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent<HTMLDivElement>): void {
    // The content begins at the bottom, so the way up is negative.
    if (shown?.hasOlder && scrollHeight - clientHeight + scrollTop < NEAR) void load('older');
  }

  useEffect(() => {
    if (foundId) document.getElementById(`message-${foundId}`)?.scrollIntoView({ block: 'center' });
  }, [foundId]);

  const messages = shown?.messages ?? [];
  const newest = messages.at(-1);
  const isOwnNewest = newest?.state === 'sending';
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message of one's own leads back down.
  useEffect(() => {
    if (isOwnNewest) scroller.current?.scrollTo({ top: 0 });
  }, [isOwnNewest, newest?.id]);

  if (!shown) return <Loading />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
    <div className={classes.scroller} ref={scroller} onScroll={onScroll} tabIndex={0} data-live={!shown.isFromCache}>
      {messages.length === 0 && !shown.isFromCache && <Empty>{t('thread.empty')}</Empty>}
      <div className={classes.content}>
        {shown.hasOlder && (
          <Button variant="subtle" size="xs" mx="auto" loading={isLoading} onClick={() => load('older')}>
            {t('thread.older')}
          </Button>
        )}
        <ol className={classes.messages} aria-label={t('thread.messages')}>
          {messages.map((message, index) => (
            <Item key={message.id} message={message} before={messages[index - 1]} />
          ))}
        </ol>
        {shown.hasNewer && (
          <Button variant="light" size="xs" mx="auto" onClick={() => load('newest')}>
            {t('thread.newest')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Item({ message, before }: { message: ShownMessage; before: ShownMessage | undefined }) {
  const times = useTimes();
  const at = message.createdAt?.toDate();
  const earlier = before?.createdAt?.toDate();
  const isNewDay = at !== undefined && at.toDateString() !== earlier?.toDateString();
  const goesOn =
    !isNewDay &&
    before?.senderId === message.senderId &&
    !before.event &&
    (!at || !earlier || at.getTime() - earlier.getTime() < TOGETHER_MS);
  return (
    <>
      {isNewDay && <DayLine at={at} />}
      {message.event ? (
        <EventLine message={message} />
      ) : (
        <MessageBubble message={message} goesOn={goesOn} time={at && times.short(at)} />
      )}
    </>
  );
}

function DayLine({ at }: { at: Date }) {
  const t = useText();
  const times = useTimes();
  const isToday = at.toDateString() === new Date().toDateString();
  return (
    <Text component="li" size="xs" c="dimmed" ta="center" py="xs">
      {isToday ? t('thread.today') : times.day(at)}
    </Text>
  );
}
