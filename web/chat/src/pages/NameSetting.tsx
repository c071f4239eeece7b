import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';

export function NameSetting({ limit }: { limit: number }) {
  const t = useText();
  const attempt = useAttempt();
  const { parley, me, reloadMe } = useSession();
  const [name, setName] = useState(me?.displayName ?? '');
  const isChanged = name.trim() !== '' && name.trim() !== me?.displayName;

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!(await attempt(() => parley.me.introduce({ displayName: name.trim() })))) return;
    notifications.show({ message: t('settings.saved') });
    reloadMe();
  }

  return (
    <form onSubmit={save}>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label={t('settings.name')}
          autoComplete="name"
          maxLength={limit}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!isChanged}>
          {t('settings.save')}
        </Button>
      </Group>
    </form>
  );
}
