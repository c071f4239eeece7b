import type { Access } from 'parley-screen/backend.js';
import { SignInPage } from 'parley-screen/SignInPage.js';
import { Loading } from 'parley-screen/States.js';
import { useSignedIn } from 'parley-screen/signedIn.js';
import { lazy, Suspense } from 'react';
import { useText } from '../texts.js';

const loadApp = () => import('../App.js');
const App = lazy(loadApp);

/** Ask for a sign-in. Everything else is loaded for those who have signed in. */
export function Gate({ access }: { access: Access }) {
  const t = useText();
  const user = useSignedIn(access, loadApp);
  if (user === null) return <SignInPage access={access} title={t('chat.signIn')} />;
  if (user === undefined) return <Loading />;
  return (
    <Suspense fallback={<Loading />}>
      <App key={user.uid} access={access} uid={user.uid} />
    </Suspense>
  );
}
