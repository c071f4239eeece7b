/** The commands of the settings, with the keys that they have at first. */
import type { Text } from 'parley-screen/language.js';
import { listed } from '../commands/listed.js';
import type { Section } from './sections.js';
import type { Key } from './texts.js';

function goTo(section: Section): (t: Text<Key>) => string {
  return (t) => t('settings.goToSection', { section: t(`settings.${section}`) });
}

export const SETTINGS_COMMANDS = listed<Key>('settings.title', ['settings'])({
  'settings.section.service': [goTo('service'), '1'],
  'settings.section.staff': [goTo('staff'), '2'],
  'settings.section.cannedAnswers': [goTo('cannedAnswers'), '3'],
  'settings.section.sending': [goTo('sending'), '4'],
  'settings.section.sms': [goTo('sms'), '5'],
  'settings.section.limits': [goTo('limits'), '6'],
  'settings.save': ['settings.saveSection', 'Mod+S'],
  'settings.discard': ['settings.discardChanges'],
  'settings.addStaff': ['settings.addToStaff'],
  'settings.role': ['settings.roleOfChosen'],
  'settings.removeStaff': ['settings.removeChosenStaff'],
  'settings.addAnswer': ['settings.newAnswer', 'n'],
  'settings.editAnswer': ['settings.editChosen', 'e'],
  'settings.removeAnswer': ['settings.removeChosen'],
});
