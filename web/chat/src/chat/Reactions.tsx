import { Button, Group } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import type { Reaction } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { useOpenChat } from './open.js';

/** Reactions are listened to while their message is on the screen, and no longer. */
export function Reactions({ messageId }: { messageId: string }) {
  const { ref, inViewport } = useInViewport();
  return <div ref={ref}>{inViewport && <Watched messageId={messageId} />}</div>;
}

function Watched({ messageId }: { messageId: string }) {
  const t = useText();
  const attempt = useAttempt();
  const { uid } = useSession();
  const { chat } = useOpenChat();
  const { value } = useLive(() => chat.reactions(messageId), [chat, messageId]);
  if (!value || value.size === 0) return null;
  const own = value.get(uid)?.emoji;
  return (
    <Group gap={4} mt={4}>
      {[...counted(value)].map(([emoji, count]) => (
        <Button
          key={emoji}
          size="compact-xs"
          radius="xl"
          variant={emoji === own ? 'light' : 'default'}
          aria-label={t('message.reactions', { emoji, count })}
          aria-pressed={emoji === own}
          onClick={() => attempt(() => chat.posting.react(messageId, emoji === own ? null : emoji))}
        >
          {emoji} {count}
        </Button>
      ))}
    </Group>
  );
}

function counted(reactions: Map<string, Reaction>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { emoji } of reactions.values()) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return counts;
}
