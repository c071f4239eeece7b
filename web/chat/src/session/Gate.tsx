import type { Access } from 'parley-screen/backend.js';
import { SignInPage, Waiting } from 'parley-screen/SignInPage.js';
import { useSignedIn } from 'parley-screen/signedIn.js';
import { useText as useScreenText } from 'parley-screen/texts.js';
import { lazy, Suspense } from 'react';
import { useText } from '../texts.js';

const loadApp = () => import('../App.js');
const App = lazy(loadApp);

/** Ask for a sign-in. Everything else, Mantine too, is loaded for those who have signed in. */
export function Gate({ access, scheme }: { access: Access; scheme?: 'dark' | 'light' | undefined }) {
  const t = useText();
  const label = useScreenText()('screen.loading');
  const user = useSignedIn(access, loadApp);
  if (user === null) return <SignInPage access={access} title={t('chat.signIn')} />;
  if (user === undefined) return <Waiting label={label} />;
  return (
    <Suspense fallback={<Waiting label={label} />}>
      <App key={user.uid} access={access} uid={user.uid} scheme={scheme} />
    </Suspense>
  );
}
