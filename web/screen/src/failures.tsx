/** Failures in the reader's words. */
import { notifications } from '@mantine/notifications';
import { ParleyError, type Reason } from 'parley-client';
import { useCallback, useMemo } from 'react';
import { English } from './English.js';
import { useLanguage } from './language.js';
import { useText } from './texts.js';

/** Do something for the person at the screen, and tell them if it failed. Answers whether it worked. */
export type Attempt = (act: () => Promise<unknown>) => Promise<boolean>;

export function useAttempt(): Attempt {
  const t = useText();
  const explain = useExplain();
  return useCallback(
    async (act) => {
      try {
        await act();
        return true;
      } catch (failure) {
        notifications.show({ color: 'red', title: t('screen.failed'), message: marked(explain(failure)) });
        return false;
      }
    },
    [t, explain],
  );
}

/** A failure in words, marked as English where it is. */
export function FailureText({ error }: { error: unknown }) {
  return marked(useExplain()(error));
}

/** A failure in words: why, and the way out. */
export function useFailureText(): (failure: unknown) => string {
  const explain = useExplain();
  return useCallback((failure) => explain(failure).text, [explain]);
}

interface Explained {
  text: string;
  /** Whether it is what the program itself says, in English. */
  isEnglish: boolean;
}

/** Texts of reasons are in the files as `reason.{reason}`. */
function useExplain(): (failure: unknown) => Explained {
  const { texts, language } = useLanguage();
  const t = useText();
  return useMemo(
    () => (failure: unknown) => {
      const own = { text: failure instanceof Error ? failure.message : String(failure), isEnglish: true };
      if (!(failure instanceof ParleyError)) return own;
      const key = `reason.${failure.reason satisfies Reason}`;
      const isSpecific = failure.fields.length > 0 || language === 'en';
      if (isSpecific || !(key in texts)) return own;
      return { text: t(key as Parameters<typeof t>[0], { seconds: failure.retryAfter ?? 0 }), isEnglish: false };
    },
    [texts, language, t],
  );
}

function marked({ text, isEnglish }: Explained) {
  return isEnglish ? <English>{text}</English> : text;
}
