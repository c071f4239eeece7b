import { Text } from '@mantine/core';
import { useLive } from 'parley-screen/live.js';
import { memo } from 'react';
import { useNames } from '../people/names.js';
import { useText } from '../texts.js';
import { useOpenChat } from './open.js';

/** Who else is typing. The line keeps its place, so that nothing jumps. */
export const TypingLine = memo(function TypingLine() {
  const t = useText();
  const { chat } = useOpenChat();
  const { value: typing = [] } = useLive(() => chat.whoTypes(), [chat]);
  const names = useNames(typing);
  return (
    <Text size="xs" c="dimmed" px="md" h={18} truncate role="status" dir="auto">
      {typing.length > 0 && t('thread.typing', { names: typing.map(names).join(', '), count: typing.length })}
    </Text>
  );
});
