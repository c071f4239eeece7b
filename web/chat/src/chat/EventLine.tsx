import { Text } from '@mantine/core';
import type { ShownMessage } from 'parley-client';
import { type TextKey, useText } from '../texts.js';
import { useOpenChat } from './open.js';

const WORDED = new Set<string | undefined>([
  'created',
  'joined',
  'left',
  'removed',
  'renamed',
  'role',
  'invited',
  'opened',
  'closed',
]);
const ROLES = new Set(['owner', 'admin', 'member']);

/** What happened to the chat itself. */
export function EventLine({ message: { event, by, target, value = '' } }: { message: ShownMessage }) {
  const t = useText();
  const { names } = useOpenChat();
  const key = (WORDED.has(event) ? `event.${event}` : 'event.other') as TextKey;
  const said = event === 'role' && ROLES.has(value) ? t(`role.${value}` as TextKey) : value;
  return (
    <Text component="li" size="xs" c="dimmed" ta="center" py={4} dir="auto" data-event={event}>
      {t(key, { by: names(by), target: names(target ?? by), value: said })}
    </Text>
  );
}
