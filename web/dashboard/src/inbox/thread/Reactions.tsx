import { useInViewport } from '@mantine/hooks';
import type { ChatSession, Reaction } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useEffect, useState } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

/** The reactions to a message; listened to once it was on the screen. */
export function Reactions({ session, messageId }: { session: ChatSession; messageId: string }) {
  const t = useText();
  const attempt = useAttempt();
  const { role, serviceId } = useSession();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const [wasSeen, setWasSeen] = useState(false);
  const [reactions, setReactions] = useState<Map<string, Reaction>>();

  useEffect(() => {
    if (inViewport) setWasSeen(true);
  }, [inViewport]);
  useEffect(() => {
    if (!wasSeen) return;
    const live = session.reactions(messageId);
    live.subscribe(setReactions, () => undefined);
    return () => live.close();
  }, [wasSeen, session, messageId]);

  const own = reactions?.get(`service:${serviceId}`)?.emoji;
  return (
    <div ref={ref} className={classes.reactions} data-empty={!reactions?.size || undefined}>
      {[...(reactions ?? [])].map(([memberId, { emoji }]) => (
        <button
          key={memberId}
          type="button"
          {...(emoji === own && { 'data-act': 'takeBack' })}
          className={classes.reaction}
          disabled={!isAgent(role)}
          aria-pressed={emoji === own}
          aria-label={t('thread.reaction', { emoji })}
          onClick={() => attempt(() => session.posting.react(messageId, emoji === own ? null : emoji))}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
