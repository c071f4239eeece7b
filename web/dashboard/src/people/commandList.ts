/** The commands of the pages of people, with the keys that they have at first. */
import type { Text } from 'parley-screen/language.js';
import { listed } from '../commands/listed.js';
import type { WordKey } from '../words/words.js';
import type { Channel, Purpose } from './consent.js';
import type { Key } from './texts.js';

export const PEOPLE_COMMANDS = listed<Key>('people.title', ['people'])({
  'people.find': ['people.search', 'f'],
  'people.open': ['people.openChosen', 'o'],
  'people.allTags': ['people.showAll'],
  'people.import': ['people.import', 'i'],
  'people.chooseFile': ['people.chooseFile'],
  'people.dryRun': ['people.dryRun'],
  'people.importNow': ['people.importNow'],
  'people.failedLines': ['people.failedLines'],
  'people.closeImport': ['people.closeImport'],
});

export const PERSON_COMMANDS = listed<Key>('people.person', ['person'])({
  'people.openCase': ['people.openCase', 'c'],
  'people.back': ['people.backToList', 'q'],
  'people.changes': ['people.changes'],
  'people.addAttribute': ['people.addAttribute', 'n'],
  'people.save': ['people.saveAttributes', 'Mod+S'],
  'people.discard': ['people.discardAttributes'],
  'people.explain': ['people.explainChosen', 'e'],
  'people.ban': ['people.banThem'],
  'people.endBan': ['people.endBan'],
});

type SharedKey = Key | WordKey;

function consent(channel: Channel, purpose: Purpose): (t: Text<SharedKey>) => string {
  return (t) =>
    t('people.changeConsent', { channel: t(`words.channel.${channel}`), purpose: t(`words.purpose.${purpose}`) });
}

/** What is beside a case, too. */
export const CONSENT_COMMANDS = listed<SharedKey>('people.consents', ['person', 'inbox'])({
  'people.consent.chat.marketing': [consent('chat', 'marketing')],
  'people.consent.chat.transactional': [consent('chat', 'transactional')],
  'people.consent.push.marketing': [consent('push', 'marketing')],
  'people.consent.push.transactional': [consent('push', 'transactional')],
  'people.consent.sms.marketing': [consent('sms', 'marketing')],
  'people.consent.sms.transactional': [consent('sms', 'transactional')],
  'people.consent.email.marketing': [consent('email', 'marketing')],
  'people.consent.email.transactional': [consent('email', 'transactional')],
});
