// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { FirebaseError } from 'firebase/app';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../src/backend.js';
import { LanguageProvider } from '../../src/language.js';
import { SignInPage } from '../../src/SignInPage.js';
import { loadTexts } from '../../src/texts.js';

/** An account service that refuses every sign-in in its own way. */
const REFUSING = {
  auth: {
    app: {},
    _getRecaptchaConfig(): never {
      throw new FirebaseError('auth/invalid-credential', 'refused');
    },
  },
} as unknown as Access;

function open(): void {
  render(
    <LanguageProvider load={loadTexts}>
      <SignInPage access={REFUSING} />
    </LanguageProvider>,
  );
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
