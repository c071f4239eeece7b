/** The commands that go through the lines of a page. */
import type { Key } from '../texts.js';
import { listed } from './listed.js';

export const LINE_COMMANDS = listed<Key>('lines.group', [
  'campaigns',
  'campaign',
  'people',
  'person',
  'reports',
  'health',
  'settings',
  'sms',
  'audit',
])({
  'lines.next': ['lines.next', 'j'],
  'lines.previous': ['lines.previous', 'k'],
});
