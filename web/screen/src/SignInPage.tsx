import { FirebaseError } from 'firebase/app';
import { signInWithEmailAndPassword } from 'firebase/auth';
import { type FormEvent, useId, useState } from 'react';
import type { Access } from './backend.js';
import { chosenScheme } from './colourScheme.js';
import { NO_ACCOUNT, signInWithGoogle } from './google.js';
import { LANGUAGES, type Language, useLanguage } from './language.js';
import { sendPasswordReset } from './passwordReset.js';
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

/** What is said of any other failure. */
type Otherwise = 'signIn.failed' | 'signIn.notSent';

/** `title` names what one signs in to. */
export function SignInPage({ access, title }: { access: Access; title?: string }) {
  const t = useText();
  const { language } = useLanguage();
  const id = useId();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [sentTo, setSentTo] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  function inWords(failure: unknown, otherwise: Otherwise): string {
    const code = failure instanceof FirebaseError ? failure.code : '';
    const key = TEXTS[code as keyof typeof TEXTS];
    return key ? t(key) : t(otherwise, { why: code || String(failure) });
  }

  async function attempt(act: () => Promise<unknown>, otherwise: Otherwise = 'signIn.failed'): Promise<void> {
    setIsBusy(true);
    setError(undefined);
    setSentTo(undefined);
    try {
      await act();
    } catch (failure) {
      setError(inWords(failure, otherwise));
      setIsBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void attempt(() => signInWithEmailAndPassword(access.auth, email.trim(), password));
  }

  function reset(): void {
    const address = email.trim();
    setSentTo(undefined);
    if (!address) {
      setError(t('signIn.noAddress'));
      return;
    }
    void attempt(async () => {
      await sendPasswordReset(access, address, language);
      setSentTo(address);
      setIsBusy(false);
    }, 'signIn.notSent');
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
        {sentTo && (
          <p className={classes.notice} role="status">
            {t('signIn.resetSent', { email: sentTo })}
          </p>
        )}
        <button type="submit" className={`${classes.button} ${classes.primary}`} disabled={isBusy}>
          {t('signIn.submit')}
        </button>
        <button type="button" className={classes.forgotten} disabled={isBusy} onClick={reset}>
          {t('signIn.forgotten')}
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
