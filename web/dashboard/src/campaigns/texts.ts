/** The texts of the campaign pages, and the words that they share with others. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import { loadWords } from '../words/words.js';
import type en from './texts/en.json' with { type: 'json' };

export const useText = useTexts<keyof typeof en>;

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export async function load(language: Language): Promise<Texts> {
  const [words, own] = await Promise.all([loadWords(language), FILES[language]()]);
  return { ...words, ...own.default };
}
