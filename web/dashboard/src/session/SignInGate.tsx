import { onAuthStateChanged, type User } from 'firebase/auth';
import type { Access } from 'parley-screen/backend.js';
import { SignInPage, Waiting } from 'parley-screen/SignInPage.js';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useText } from '../texts.js';

const loadApp = () => import('../App.js');
const App = lazy(loadApp);

/** Ask for a sign-in. Everything else is loaded for those who have signed in. */
export function SignInGate({ access }: { access: Access }) {
  const t = useText();
  const user = useUser(access);
  const waiting = <Waiting label={t('shell.opening')} />;
  if (user === null) return <SignInPage access={access} />;
  if (user === undefined) return waiting;
  return (
    <Suspense fallback={waiting}>
      <App access={access} uid={user.uid} />
    </Suspense>
  );
}

function useUser({ auth }: Access): User | null | undefined {
  const [user, setUser] = useState<User | null>();
  useEffect(
    () =>
      onAuthStateChanged(auth, (signedIn) => {
        // Before React has drawn anything: the rest is on its way already.
        if (signedIn) void loadApp();
        setUser(signedIn);
      }),
    [auth],
  );
  return user;
}
