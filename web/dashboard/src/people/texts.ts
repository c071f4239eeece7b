/** The texts of the pages of people. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

type Key = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useText = useTexts<Key>;

export const loadTexts = async (language: Language): Promise<Texts> => (await FILES[language]()).default;
