import { FirebaseError } from 'firebase/app';
import { signInWithEmailAndPassword } from 'firebase/auth';
import { type FormEvent, useId, useState } from 'react';
import type { Access } from './backend.js';
import { chosenScheme } from './colourScheme.js';
import { NO_ACCOUNT, signInWithGoogle } from './google.js';
import { LANGUAGES, type Language, useLanguage } from './language.js';
import classes from './SignInPage.module.css';
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
  [NO_ACCOUNT]: 'signIn.noAccount',
} as const;

/** `title` names what one signs in to. */
export function SignInPage({ access, title }: { access: Access; title?: string }) {
  const t = useText();
  const id = useId();
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
    <main className={classes.page} style={{ colorScheme: chosenScheme() }}>
      <form className={classes.card} onSubmit={submit}>
        <h1 className={classes.title}>{title ?? t('signIn.title')}</h1>
        <div className={classes.field}>
          <label className={classes.label} htmlFor={`${id}-email`}>
            {t('signIn.email')}
          </label>
          <input
            id={`${id}-email`}
            className={classes.input}
            type="email"
            dir="ltr"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        <div className={classes.field}>
          <label className={classes.label} htmlFor={`${id}-password`}>
            {t('signIn.password')}
          </label>
          <input
            id={`${id}-password`}
            className={classes.input}
            type="password"
            dir="ltr"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
        {error && (
          <p className={classes.error} role="alert">
            {error}
          </p>
        )}
        <button type="submit" className={`${classes.button} ${classes.primary}`} disabled={isBusy}>
          {t('signIn.submit')}
        </button>
        <div className={classes.or}>{t('signIn.or')}</div>
        <button
          type="button"
          className={classes.button}
          disabled={isBusy}
          onClick={() => attempt(() => signInWithGoogle(access, email))}
        >
          {t('signIn.google')}
        </button>
      </form>
      <LanguageLinks />
    </main>
  );
}

/** While it is not known whether somebody has signed in, and what they will see is loaded. */
export function Waiting({ label }: { label: string }) {
  return (
    <div className={classes.waiting} style={{ colorScheme: chosenScheme() }}>
      <div className={classes.spinner} role="progressbar" aria-label={label} />
    </div>
  );
}

function LanguageLinks() {
  const { language, choose } = useLanguage();
  return (
    <div className={classes.languages}>
      {Object.entries(LANGUAGES).map(([each, name]) => (
        <button
          key={each}
          type="button"
          className={classes.language}
          lang={each}
          aria-pressed={each === language}
          onClick={() => choose(each as Language)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
