// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { FirebaseError } from 'firebase/app';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../src/backend.js';
import { LanguageProvider } from '../../src/language.js';
import { SignInPage } from '../../src/SignInPage.js';
import { loadTexts } from '../../src/texts.js';

/** An account service that answers all that it is asked with one failure, and counts how often. */
function refusing(code: string) {
  const asked: string[] = [];
  const auth = {
    app: {},
    languageCode: null,
    _getRecaptchaConfig(): never {
      asked.push(String(auth.languageCode));
      throw new FirebaseError(code, 'refused');
    },
  };
  return { access: { auth } as unknown as Access, asked };
}

function open({ access } = refusing('auth/invalid-credential')): void {
  render(
    <LanguageProvider load={loadTexts}>
      <SignInPage access={access} />
    </LanguageProvider>,
  );
}

async function forget(address: string): Promise<void> {
  if (address) await userEvent.type(await screen.findByLabelText('Email'), address);
  await userEvent.click(await screen.findByRole('button', { name: 'Forgot your password?' }));
}

describe('the sign-in page', () => {
  beforeEach(() => localStorage.clear());
  afterEach(cleanup);

  it('says what is wrong in words, and can be tried again', async () => {
    open();
    await userEvent.type(await screen.findByLabelText('Email'), 'ada@example.com');
    await userEvent.type(screen.getByLabelText('Password'), 'wrong');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Email or password is wrong.');
    expect(screen.getByRole('button', { name: 'Sign in' }).hasAttribute('disabled')).toBe(false);
  });

  it.each(['auth/user-not-found', 'auth/user-disabled'])(
    'answers somebody without a password as if an email was sent, though the server says %s',
    async (code) => {
      open(refusing(code));
      await forget('nobody@example.com');
      expect((await screen.findByRole('status')).textContent).toMatch(/^If nobody@example.com has an account/);
      expect(screen.queryByRole('alert')).toBeNull();
      expect(screen.getByRole('button', { name: 'Sign in' }).hasAttribute('disabled')).toBe(false);
    },
  );

  it.each([
    ['auth/invalid-email', 'This is not an email address.'],
    ['auth/too-many-requests', 'Too many attempts. Try again in a few minutes.'],
    ['auth/network-request-failed', 'The server cannot be reached. Check the connection.'],
    ['auth/internal-error', 'The email could not be sent (auth/internal-error). Try again.'],
  ])('says that no email was sent after %s', async (code, text) => {
    open(refusing(code));
    await forget('ada@example.com');
    expect((await screen.findByRole('alert')).textContent).toBe(text);
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('asks for an address before it asks the server for an email', async () => {
    const service = refusing('auth/missing-email');
    open(service);
    await forget('');
    expect((await screen.findByRole('alert')).textContent).toBe('Type your email address first.');
    expect(service.asked).toEqual([]);
  });

  it('has the email written in the language of the page', async () => {
    localStorage.setItem('parley.language', 'de');
    const service = refusing('auth/user-not-found');
    open(service);
    await userEvent.type(await screen.findByLabelText('E-Mail'), 'ada@example.com');
    await userEvent.click(screen.getByRole('button', { name: 'Passwort vergessen?' }));
    await screen.findByRole('status');
    expect(service.asked).toEqual(['de']);
  });

  it('is read from right to left in Arabic, and remembers the language', async () => {
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'العربية' }));
    expect(await screen.findByText('تسجيل الدخول إلى Parley')).toBeDefined();
    expect(document.documentElement.dir).toBe('rtl');
    cleanup();
    open();
    expect(await screen.findByText('تسجيل الدخول إلى Parley')).toBeDefined();
  });
});
