import { Text } from '@mantine/core';
import { useText } from '../texts.js';

/** A person's devices are theirs alone: staff learn from a campaign's explanation whether there is one. */
export function Devices() {
  const t = useText();
  return (
    <Text size="sm" c="dimmed">
      {t('person.devicesArePrivate')}
    </Text>
  );
}
