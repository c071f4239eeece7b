import { Button, Text } from '@mantine/core';
import type { ShownMessage } from 'parley-client';
import { useState } from 'react';
import { useNames } from '../people/names.js';
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
const OF_MANY = new Set<string | undefined>(['joined', 'invited']);
const ROLES = new Set(['owner', 'admin', 'member']);

/** What happened to the chat itself. */
export function EventLine({ message }: { message: ShownMessage }) {
  const { event, by, target, targets, value = '' } = message;
  const t = useText();
  const { names } = useOpenChat();
  const isOfMany = target === undefined && value !== '' && OF_MANY.has(event);
  const named = WORDED.has(event) ? event : 'other';
  const key = `event.${isOfMany ? `${named}Many` : named}` as TextKey;
  const said = event === 'role' && ROLES.has(value) ? t(`role.${value}` as TextKey) : value;
  return (
    <Text component="li" size="xs" c="dimmed" ta="center" py={4} dir="auto" data-event={event}>
      {t(key, { by: names(by), target: names(target ?? by), value: said, count: Number(value) || 0 })}
      {targets && <Invited uids={targets} />}
    </Text>
  );
}

/** Who was invited together. They are looked up when somebody asks. */
function Invited({ uids }: { uids: string[] }) {
  const t = useText();
  const [isOpen, setIsOpen] = useState(false);
  const names = useNames(isOpen ? uids : []);
  if (isOpen) return <> {uids.map(names).join(', ')}</>;
  return (
    <Button variant="transparent" size="compact-xs" onClick={() => setIsOpen(true)}>
      {t('event.who')}
    </Button>
  );
}
