import { Button, Center, Paper, Stack, TextInput, Title } from '@mantine/core';
import { LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLanguage } from 'parley-screen/language.js';
import { ownZone } from 'parley-screen/ownZone.js';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';

/** The first thing that somebody new is asked: a name. */
export function WelcomePage() {
  const t = useText();
  const attempt = useAttempt();
  const { language } = useLanguage();
  const { parley, backend, reloadMe } = useSession();
  const [name, setName] = useState(backend.auth.currentUser?.displayName ?? '');
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    const timeZone = ownZone();
    await attempt(() =>
      parley.me.introduce({ displayName: name.trim(), locale: language, ...(timeZone !== undefined && { timeZone }) }),
    );
    setIsBusy(false);
    reloadMe();
  }

  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              {t('welcome.title')}
            </Title>
            <TextInput
              label={t('settings.name')}
              autoComplete="name"
              maxLength={LIMITS.DISPLAY_NAME}
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={isBusy} disabled={!name.trim()}>
              {t('welcome.start')}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
