import { Button, Group, Stack, Text } from '@mantine/core';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { pushChanged } from './changes.js';
import { pushState, turnOff, turnOn } from './device.js';

export function PushSetting() {
  const t = useText();
  const attempt = useAttempt();
  const { backend, parley } = useSession();
  const [state, setState] = useState(pushState);

  async function turn(): Promise<void> {
    await attempt(async () => {
      setState(await (state === 'on' ? turnOff(parley) : turnOn(backend, parley)));
      pushChanged();
    });
  }

  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t('settings.push')}
        </Text>
        {(state === 'on' || state === 'off') && (
          <Button size="xs" variant="default" onClick={turn}>
            {t(state === 'on' ? 'settings.pushOff' : 'settings.pushOn')}
          </Button>
        )}
      </Group>
      {state === 'denied' && <Text size="sm">{t('settings.pushDenied')}</Text>}
      {state === 'missing' && <Text size="sm">{t('settings.pushMissing')}</Text>}
    </Stack>
  );
}
