/** The commands of all pages, with their texts: loaded by the dialog of keys. */
import type { Language, Texts } from 'parley-screen/language.js';
import { AUDIT_COMMANDS } from '../audit/commandList.js';
import { CAMPAIGN_COMMANDS, CAMPAIGNS_COMMANDS, COMPOSING_COMMANDS } from '../campaigns/commandList.js';
import { HEALTH_COMMANDS } from '../health/commandList.js';
import { BULK_COMMANDS, CASE_COMMANDS, COMPOSER_COMMANDS, INBOX_COMMANDS } from '../inbox/commandList.js';
import { CONSENT_COMMANDS, PEOPLE_COMMANDS, PERSON_COMMANDS } from '../people/commandList.js';
import { REPORT_COMMANDS } from '../reports/commandList.js';
import { SETTINGS_COMMANDS } from '../settings/commandList.js';
import { SMS_COMMANDS } from '../sms/commandList.js';
import { LINE_COMMANDS } from './lineCommands.js';

const LISTS = [
  INBOX_COMMANDS,
  CASE_COMMANDS,
  COMPOSER_COMMANDS,
  BULK_COMMANDS,
  CAMPAIGNS_COMMANDS,
  COMPOSING_COMMANDS,
  CAMPAIGN_COMMANDS,
  PEOPLE_COMMANDS,
  PERSON_COMMANDS,
  CONSENT_COMMANDS,
  REPORT_COMMANDS,
  HEALTH_COMMANDS,
  SETTINGS_COMMANDS,
  SMS_COMMANDS,
  AUDIT_COMMANDS,
  LINE_COMMANDS,
];

export const commands = LISTS.flatMap((list) => Object.values(list));

/** Each page has its texts in a file of its own, and people those of campaigns too. */
const PAGES = [
  () => import('../inbox/texts.js'),
  () => import('../people/texts.js'),
  () => import('../reports/texts.js'),
  () => import('../health/texts.js'),
  () => import('../settings/texts.js'),
  () => import('../sms/texts.js'),
  () => import('../audit/texts.js'),
];

export async function loadTexts(language: Language): Promise<Texts> {
  const loaded = await Promise.all(PAGES.map(async (page) => (await page()).loadTexts(language)));
  return Object.assign({}, ...loaded) as Texts;
}
