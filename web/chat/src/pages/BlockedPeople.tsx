import { Button, Group, Stack, Text } from '@mantine/core';
import { useAttempt } from 'parley-screen/failures.js';
import { useNames } from '../people/names.js';
import { useSession, useShared } from '../session/session.js';
import { useText } from '../texts.js';

export function BlockedPeople() {
  const t = useText();
  const attempt = useAttempt();
  const { parley } = useSession();
  const blocked = [...useShared().blocked.keys()];
  const names = useNames(blocked);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('settings.blocked')}
      </Text>
      {blocked.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('settings.noneBlocked')}
        </Text>
      )}
      {blocked.map((uid) => (
        <Group key={uid} justify="space-between">
          <Text size="sm" dir="auto">
            {names(uid)}
          </Text>
          <Button size="xs" variant="default" onClick={() => attempt(() => parley.blocks.unblock(uid))}>
            {t('details.unblock')}
          </Button>
        </Group>
      ))}
    </Stack>
  );
}
