/** The texts of the demo page. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import { loadTexts as loadScreen } from 'parley-screen/texts.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export type TextKey = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useText = useTexts<TextKey>;

/** Load them with those of the shared parts. */
export async function loadTexts(language: Language): Promise<Texts> {
  const [shared, own] = await Promise.all([loadScreen(language), FILES[language]()]);
  return { ...shared, ...own.default };
}
