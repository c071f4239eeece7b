/** Failures in the reader's words. */
import { notifications } from '@mantine/notifications';
import { ParleyError, type Reason } from 'parley-client';
import { useCallback, useMemo } from 'react';
import { useLanguage } from './language.js';
import { useText } from './texts.js';

/** Do something for the person at the screen, and tell them if it failed. Answers whether it worked. */
export type Attempt = (act: () => Promise<unknown>) => Promise<boolean>;

export function useAttempt(): Attempt {
  const t = useText();
  const inWords = useFailureText();
  return useCallback(
    async (act) => {
      try {
        await act();
        return true;
      } catch (failure) {
        notifications.show({ color: 'red', title: t('screen.failed'), message: inWords(failure) });
        return false;
      }
    },
    [t, inWords],
  );
}

/** A failure in words: why, and the way out. Texts of reasons are in the files as `reason.{reason}`. */
export function useFailureText(): (failure: unknown) => string {
  const { texts, language } = useLanguage();
  const t = useText();
  return useMemo(
    () => (failure: unknown) => {
      if (!(failure instanceof ParleyError)) return failure instanceof Error ? failure.message : String(failure);
      const key = `reason.${failure.reason satisfies Reason}`;
      const isSpecific = failure.fields.length > 0 || language === 'en';
      if (isSpecific || !(key in texts)) return failure.message;
      return t(key as Parameters<typeof t>[0], { seconds: failure.retryAfter ?? 0 });
    },
    [texts, language, t],
  );
}
