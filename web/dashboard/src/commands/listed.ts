/** The commands of a page as the dialog of keys knows them before the page is opened. */
import type { ListedCommand } from 'parley-screen/commands/registry.js';
import type { Text } from 'parley-screen/language.js';

type Page =
  | 'inbox'
  | 'campaigns'
  | 'newCampaign'
  | 'campaign'
  | 'people'
  | 'person'
  | 'reports'
  | 'health'
  | 'settings'
  | 'sms'
  | 'audit';

/** The name of a text, or words that are made of several. */
type Said<Key extends string> = Key | ((t: Text<Key>) => string);
type Entry<Key extends string> = readonly [text: Said<Key>, key?: string];

export type Listed<Id extends string> = Readonly<Record<Id, ListedCommand>>;

/** List commands under the name of a group, for the pages that offer them; without pages all do. */
export function listed<Key extends string>(group: Key, pages?: readonly Page[]) {
  return <Id extends string>(entries: Readonly<Record<Id, Entry<Key>>>): Listed<Id> => {
    const commands = Object.entries<Entry<Key>>(entries).map(([id, [said, key]]) => [
      id,
      {
        id,
        text: (t: Text<string>) => (typeof said === 'string' ? t(said) : said(t)),
        group: (t: Text<string>) => t(group),
        ...(key !== undefined && { key }),
        ...(pages && { pages }),
      },
    ]);
    return Object.fromEntries(commands) as Listed<Id>;
  };
}
