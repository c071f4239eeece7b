/** The texts of the page of received SMS, and the words that it shares with others. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import { loadWords } from '../words/words.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export type Key = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useText = useTexts<Key>;

export async function loadTexts(language: Language): Promise<Texts> {
  const [words, own] = await Promise.all([loadWords(language), FILES[language]()]);
  return { ...words, ...own.default };
}
