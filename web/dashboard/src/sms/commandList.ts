/** The commands of the page of received SMS, with the keys that they have at first. */
import type { Text } from 'parley-screen/language.js';
import { listed } from '../commands/listed.js';
import type { SmsState } from './states.js';
import type { Key } from './texts.js';

function only(state: SmsState): (t: Text<Key>) => string {
  return (t) => t('sms.showOnly', { state: t(`sms.state.${state}`) });
}

export const SMS_COMMANDS = listed<Key>('sms.title', ['sms'])({
  'sms.all': ['sms.showAll', '1'],
  'sms.kept': [only('kept'), '2'],
  'sms.muted': [only('muted'), '3'],
  'sms.optedOut': [only('optedOut'), '4'],
  'sms.optedIn': [only('optedIn'), '5'],
  'sms.copy': ['sms.copyChosen', 'y'],
  'sms.openCase': ['sms.openCaseOfChosen', 'c'],
  'sms.lookUp': ['sms.lookUpChosen'],
  'sms.settings': ['sms.settings'],
});
