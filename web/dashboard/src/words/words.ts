/** Words that several pages share: states, reasons, channels, and the filter builder's. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import type en from './en.json' with { type: 'json' };

export const useWords = useTexts<keyof typeof en>;

const FILES = {
  en: () => import('./en.json', { with: { type: 'json' } }),
  de: () => import('./de.json', { with: { type: 'json' } }),
  ar: () => import('./ar.json', { with: { type: 'json' } }),
};

export const loadWords = async (language: Language): Promise<Texts> => (await FILES[language]()).default;

type WordKey = keyof typeof en;

/** The words of a reason; a provider's own code stands as it is. */
export function reasonKey(reason: string): WordKey | undefined {
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
