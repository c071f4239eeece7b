/** The texts of the dashboard's shell. Each page that is loaded later has its own beside it. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import { loadTexts as loadScreen } from 'parley-screen/texts.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export type Key = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useText = useTexts<Key>;

/** Load them with those of the shared parts. */
export async function loadTexts(language: Language): Promise<Texts> {
  const [shared, own] = await Promise.all([loadScreen(language), FILES[language]()]);
  return { ...shared, ...own.default };
}
