import { Alert, Button, Center, Divider, Group, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { FirebaseError } from 'firebase/app';
import { GoogleAuthProvider, signInWithEmailAndPassword, signInWithPopup } from 'firebase/auth';
import { type FormEvent, useState } from 'react';
import type { Access } from './backend.js';
import { LANGUAGES, type Language, useLanguage } from './language.js';
import { useText } from './texts.js';

/** Texts of the failures that somebody can do something about. */
const TEXTS = {
  'auth/invalid-credential': 'signIn.wrong',
  'auth/wrong-password': 'signIn.wrong',
  'auth/user-not-found': 'signIn.wrong',
  'auth/invalid-email': 'signIn.noEmail',
  'auth/user-disabled': 'signIn.disabled',
  'auth/too-many-requests': 'signIn.tooMany',
  'auth/network-request-failed': 'signIn.unreachable',
  'auth/popup-closed-by-user': 'signIn.closed',
  'auth/popup-blocked': 'signIn.blocked',
} as const;

/** `title` names what one signs in to. */
export function SignInPage({ access, title }: { access: Access; title?: string }) {
  const t = useText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  function inWords(failure: unknown): string {
    const code = failure instanceof FirebaseError ? failure.code : '';
    const key = TEXTS[code as keyof typeof TEXTS];
    return key ? t(key) : t('signIn.failed', { why: code || String(failure) });
  }

  async function attempt(signIn: () => Promise<unknown>): Promise<void> {
    setIsBusy(true);
    setError(undefined);
    try {
      await signIn();
    } catch (failure) {
      setError(inWords(failure));
      setIsBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void attempt(() => signInWithEmailAndPassword(access.auth, email.trim(), password));
  }

  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={380}>
        <Paper withBorder p="xl" shadow="sm">
          <form onSubmit={submit}>
            <Stack>
              <Title order={1}>{title ?? t('signIn.title')}</Title>
              <TextInput
                label={t('signIn.email')}
                type="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t('signIn.password')}
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
              />
              {error && (
                <Alert color="red" role="alert">
                  {error}
                </Alert>
              )}
              <Button type="submit" loading={isBusy}>
                {t('signIn.submit')}
              </Button>
              <Divider label={t('signIn.or')} />
              <Button
                variant="default"
                disabled={isBusy}
                onClick={() => attempt(() => signInWithPopup(access.auth, new GoogleAuthProvider()))}
              >
                {t('signIn.google')}
              </Button>
            </Stack>
          </form>
        </Paper>
        <LanguageLinks />
      </Stack>
    </Center>
  );
}

function LanguageLinks() {
  const { language, choose } = useLanguage();
  return (
    <Group justify="center" gap="xs">
      {Object.entries(LANGUAGES).map(([each, name]) => (
        <Button
          key={each}
          size="compact-sm"
          variant={each === language ? 'light' : 'subtle'}
          lang={each}
          aria-pressed={each === language}
          onClick={() => choose(each as Language)}
        >
          {name}
        </Button>
      ))}
    </Group>
  );
}
