/** The texts of the pages of people, and those of the campaigns' explanations and shared words. */
import { type Language, type Texts, useTexts } from 'parley-screen/language.js';
import { loadTexts as loadCampaignTexts } from '../campaigns/texts.js';

const FILES = {
  en: () => import('./texts/en.json', { with: { type: 'json' } }),
  de: () => import('./texts/de.json', { with: { type: 'json' } }),
  ar: () => import('./texts/ar.json', { with: { type: 'json' } }),
};

export type Key = keyof Awaited<ReturnType<typeof FILES.en>>['default'] & string;
export const useText = useTexts<Key>;

export async function loadTexts(language: Language): Promise<Texts> {
  const [shared, own] = await Promise.all([loadCampaignTexts(language), FILES[language]()]);
  return { ...shared, ...own.default };
}
