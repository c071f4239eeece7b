/** The commands of the health page, with the keys that they have at first. */
import { listed } from '../commands/listed.js';
import type { Key } from './texts.js';

export const HEALTH_COMMANDS = listed<Key>('health.title', ['health'])({
  'health.refresh': ['health.refresh', 'l'],
  'health.recount': ['health.recount'],
  'health.goOn': ['health.goOnRecount'],
  'health.repair': ['health.repairAll'],
  'health.queue': ['health.chooseQueue', 'f'],
  'health.redriveAll': ['health.redriveQueue'],
  'health.redrive': ['health.redriveChosen', 'r'],
  'health.show': ['health.showChosen', 'o'],
});
