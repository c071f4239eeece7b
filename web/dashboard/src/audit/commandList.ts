/** The commands of the audit log, with the keys that they have at first. */
import { listed } from '../commands/listed.js';
import type { Key } from './texts.js';

export const AUDIT_COMMANDS = listed<Key>('audit.title', ['audit'])({
  'audit.by': ['audit.chooseBy', 'f'],
  'audit.action': ['audit.chooseAction', 'Shift+F'],
  'audit.ofAll': ['audit.ofAll'],
  'audit.clear': ['audit.clear'],
  'audit.show': ['audit.showChosen', 'o'],
});
