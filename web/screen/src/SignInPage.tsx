import { Alert, Button, Center, Divider, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { FirebaseError } from 'firebase/app';
import { GoogleAuthProvider, signInWithEmailAndPassword, signInWithPopup } from 'firebase/auth';
import { type FormEvent, useState } from 'react';
import type { Backend } from './backend.js';

const WORDS: Record<string, string> = {
  'auth/invalid-credential': 'Email or password is wrong.',
  'auth/wrong-password': 'Email or password is wrong.',
  'auth/user-not-found': 'Email or password is wrong.',
  'auth/invalid-email': 'This is not an email address.',
  'auth/user-disabled': 'This account is disabled. Ask an owner of the service.',
  'auth/too-many-requests': 'Too many attempts. Try again in a few minutes.',
  'auth/network-request-failed': 'The server cannot be reached. Check the connection.',
  'auth/popup-closed-by-user': 'The window was closed before the sign-in was done.',
};

export function SignInPage({ backend }: { backend: Backend }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

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
    void attempt(() => signInWithEmailAndPassword(backend.auth, email, password));
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h2">
              Sign in to Parley
            </Title>
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {error && (
              <Alert color="red" role="alert">
                {error}
              </Alert>
            )}
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            <Divider label="or" />
            <Button
              variant="default"
              disabled={isBusy}
              onClick={() => attempt(() => signInWithPopup(backend.auth, new GoogleAuthProvider()))}
            >
              Sign in with Google
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function inWords(failure: unknown): string {
  const code = failure instanceof FirebaseError ? failure.code : '';
  return WORDS[code] ?? `The sign-in failed (${code || String(failure)}). Try again.`;
}
