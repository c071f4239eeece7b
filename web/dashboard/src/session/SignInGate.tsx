import type { Access } from 'parley-screen/backend.js';
import { SignInPage, Waiting } from 'parley-screen/SignInPage.js';
import { useSignedIn } from 'parley-screen/signedIn.js';
import { lazy, Suspense } from 'react';
import { useText } from '../texts.js';

const loadApp = () => import('../App.js');
const App = lazy(loadApp);

/** Ask for a sign-in. Everything else is loaded for those who have signed in. */
export function SignInGate({ access }: { access: Access }) {
  const t = useText();
  const user = useSignedIn(access, loadApp);
  const waiting = <Waiting label={t('shell.opening')} />;
  if (user === null) return <SignInPage access={access} />;
  if (user === undefined) return waiting;
  return (
    <Suspense fallback={waiting}>
      <App access={access} uid={user.uid} />
    </Suspense>
  );
}
