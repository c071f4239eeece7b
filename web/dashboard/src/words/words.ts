/** Words that several pages share: states, reasons, channels, and the filter builder's. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export type WordKey = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useWords = useTexts<WordKey>;

export const loadWords = async (language: Language): Promise<Texts> => (await FILES[language]()).default;

/** The words of a reason; a provider's own code stands as it is. */
function reasonKey(reason: string): WordKey | undefined {
  return REASONS.has(reason) ? (`words.reason.${reason}` as WordKey) : undefined;
}

const REASONS: ReadonlySet<string> = new Set([
  'noConsent',
  'optedOut',
  'noPhone',
  'invalidPhone',
  'noDevice',
  'blocked',
  'duplicatePhone',
  'frequencyCap',
  'outsideWindow',
  'expired',
  'cancelled',
  'notInService',
  'templateError',
  'emptyBody',
  'bodyTooLong',
  'invalidUser',
  'storeRejected',
  'givenUp',
  'answerLost',
  'personLimit',
  'prefixLimit',
  'spendCap',
  'noSender',
  'invalidSettings',
]);

/** A hook that says a reason in the reader's language. */
export function useReason(): (reason: string) => string {
  const t = useWords();
  return (reason) => {
    const key = reasonKey(reason);
    return key ? t(key) : reason;
  };
}
