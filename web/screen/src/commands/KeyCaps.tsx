import { Group, Kbd } from '@mantine/core';
import { shownKey } from './keys.js';

/** A key as it stands on the keyboard. */
export function KeyCaps({ value }: { value: string | undefined }) {
  if (!value) return null;
  return (
    <Group gap={4} wrap="nowrap" dir="ltr" component="span">
      {shownKey(value).map((part) => (
        <Kbd key={part} size="xs">
          {part}
        </Kbd>
      ))}
    </Group>
  );
}
