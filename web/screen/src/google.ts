/** Signing in with a Google account. */
import { FirebaseError } from 'firebase/app';
import { GoogleAuthProvider, signInWithCredential, signInWithPopup } from 'firebase/auth';
import type { Access } from './backend.js';

/** The code of the failure if the emulator was not told which account. */
export const NO_ACCOUNT = 'auth/missing-email';

/**
 * Let the person choose an account in Google's pop-up. The Auth emulator believes any account that it is
 * told, so there the address names it: the pop-up loads a script of Google, and a local stack may be offline.
 */
export async function signInWithGoogle({ auth, emulators }: Access, address: string): Promise<void> {
  if (!emulators) {
    await signInWithPopup(auth, new GoogleAuthProvider());
    return;
  }
  const email = address.trim();
  if (!email) throw new FirebaseError(NO_ACCOUNT, 'The emulator must be told the address of the account.');
  const account = JSON.stringify({ sub: email, email, email_verified: true });
  await signInWithCredential(auth, GoogleAuthProvider.credential(account));
}
