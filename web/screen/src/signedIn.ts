/** Who is signed in. */
import { onAuthStateChanged, type User } from 'firebase/auth';
import { useEffect, useState } from 'react';
import type { Access } from './backend.js';

/**
 * Follow who is signed in: null is nobody, undefined not known yet. `onSignedIn` is called before React
 * has drawn anything, so that what the person will need is on its way; it must not change.
 */
export function useSignedIn({ auth }: Access, onSignedIn: () => unknown): User | null | undefined {
  const [user, setUser] = useState<User | null>();
  useEffect(
    () =>
      onAuthStateChanged(auth, (signedIn) => {
        if (signedIn) onSignedIn();
        setUser(signedIn);
      }),
    [auth, onSignedIn],
  );
  return user;
}
