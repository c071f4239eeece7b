/** An email with a link to a new password, for who has forgotten theirs. */
import { FirebaseError } from 'firebase/app';
import { sendPasswordResetEmail } from 'firebase/auth';
import type { Access } from './backend.js';
import type { Language } from './language.js';

/** The answers that would tell a stranger whose address has an account. */
const TELLING = new Set(['auth/user-not-found', 'auth/user-disabled']);

/** Have it sent in the reader's language; resolves the same whether or not the address has an account. */
export async function sendPasswordReset({ auth }: Access, address: string, language: Language): Promise<void> {
  auth.languageCode = language;
  try {
    await sendPasswordResetEmail(auth, address);
  } catch (failure) {
    if (!(failure instanceof FirebaseError && TELLING.has(failure.code))) throw failure;
  }
}
