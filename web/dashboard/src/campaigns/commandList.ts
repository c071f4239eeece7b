/** The commands of the pages of campaigns, with the keys that they have at first. */
import type { Text } from 'parley-screen/language.js';
import { listed } from '../commands/listed.js';
import type { Step } from './job.js';
import type { Key } from './texts.js';

function goTo(step: Step): (t: Text<Key>) => string {
  return (t) => t('campaigns.goToStep', { step: t(`campaigns.step.${step}`) });
}

export const CAMPAIGNS_COMMANDS = listed<Key>('campaigns.campaigns', ['campaigns'])({
  'campaigns.new': ['campaigns.new', 'n'],
  'campaigns.open': ['campaigns.openChosen', 'o'],
  'campaigns.deleteDraft': ['campaigns.deleteChosen'],
});

export const COMPOSING_COMMANDS = listed<Key>('campaigns.new', ['newCampaign'])({
  'campaigns.step.kind': [goTo('kind'), '1'],
  'campaigns.step.audience': [goTo('audience'), '2'],
  'campaigns.step.message': [goTo('message'), '3'],
  'campaigns.step.time': [goTo('time'), '4'],
  'campaigns.step.check': [goTo('check'), '5'],
  'campaigns.nextStep': ['campaigns.nextStep', 'j'],
  'campaigns.previousStep': ['campaigns.previousStep', 'k'],
  'campaigns.insert': ['campaigns.insert'],
  'campaigns.saveDraft': ['campaigns.saveDraft', 'Mod+S'],
  'campaigns.previewAgain': ['campaigns.previewAgain'],
  'campaigns.test': ['campaigns.sendTest', 't'],
  'campaigns.send': ['campaigns.sendIt', 'Mod+Enter'],
});

export const CAMPAIGN_COMMANDS = listed<Key>('campaigns.campaign', ['campaign'])({
  'campaigns.pause': ['campaigns.pause', 'p'],
  'campaigns.resume': ['campaigns.resume', 'r'],
  'campaigns.cancel': ['campaigns.cancelIt', 'x'],
  'campaigns.retry': ['campaigns.retryFailed'],
  'campaigns.toUnreached': ['campaigns.newToUnreached'],
  'campaigns.refresh': ['campaigns.refreshPeople', 'l'],
  'campaigns.csv': ['campaigns.downloadCsv', 'd'],
  'campaigns.find': ['campaigns.findPeople', 'f'],
  'campaigns.explain': ['campaigns.explainChosen', 'e'],
  'campaigns.nextPage': ['campaigns.page.next'],
  'campaigns.previousPage': ['campaigns.page.previous'],
});
