/** The commands of the reports, with the keys that they have at first. */
import { listed } from '../commands/listed.js';
import type { Key } from './texts.js';

export const REPORT_COMMANDS = listed<Key>('reports.title', ['reports'])({
  'reports.uphold': ['reports.upholdChosen', 'u'],
  'reports.dismiss': ['reports.dismissChosen', 'd'],
  'reports.note': ['reports.noteOnChosen', 'n'],
  'reports.openCase': ['reports.openCaseOfChosen', 'c'],
});
