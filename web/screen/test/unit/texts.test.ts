import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';

const WEB = resolve(import.meta.dirname, '../../..');
const LANGUAGES = ['en', 'de', 'ar'];

type Texts = Record<string, string>;
type Element = ReturnType<typeof parse>[number];

/** Every folder of texts of the packages, relative to `web`. */
function folders(): string[] {
  return readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => path.endsWith(join('texts', 'en.json')) && !path.includes('node_modules') && !path.startsWith('site'),
    )
    .map((path) => dirname(path));
}

function texts(folder: string, language: string): Texts {
  return JSON.parse(readFileSync(join(WEB, folder, `${language}.json`), 'utf8')) as Texts;
}

/** The names of the values that a message takes. */
function values(elements: Element[]): string[] {
  const names = elements.flatMap((element) => {
    const own = 'value' in element && element.type !== TYPE.literal ? [String(element.value)] : [];
    const inner = 'options' in element ? Object.values(element.options).flatMap((option) => values(option.value)) : [];
    return [...own, ...inner];
  });
  return [...new Set(names)].sort();
}

describe('texts of the pages', () => {
  it('are in the packages', () => {
    expect(folders().map((folder) => relative('.', folder))).toContain(join('screen', 'src', 'texts'));
  });

  it.each(folders())('%s has the same keys in every language', (folder) => {
    const keys = Object.keys(texts(folder, 'en')).sort();
    for (const language of LANGUAGES) expect(Object.keys(texts(folder, language)).sort()).toEqual(keys);
  });

  it.each(folders())('%s takes the same values in every language, and can be read as ICU messages', (folder) => {
    const english = texts(folder, 'en');
    for (const language of LANGUAGES) {
      for (const [key, text] of Object.entries(texts(folder, language))) {
        const wanted = values(parse(english[key] ?? '', { ignoreTag: true }));
        expect({ language, key, values: values(parse(text, { ignoreTag: true })) }).toEqual({
          language,
          key,
          values: wanted,
        });
      }
    }
  });

  it('have no key twice on the same page', () => {
    const shared = Object.keys(texts(join('screen', 'src', 'texts'), 'en'));
    for (const folder of folders().filter((each) => !each.startsWith('screen'))) {
      expect(Object.keys(texts(folder, 'en')).filter((key) => shared.includes(key))).toEqual([]);
    }
  });

  it.each(LANGUAGES)('call a role of the staff by one name on every page, in %s', (language) => {
    const shell = texts(join('dashboard', 'src', 'texts'), language);
    const pages = texts(join('dashboard', 'src', 'words', 'texts'), language);
    for (const role of ['owner', 'admin', 'agent', 'viewer']) {
      expect(pages[`words.role.${role}`]).toBe(shell[`role.${role}`]);
    }
  });
});
