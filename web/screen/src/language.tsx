/** Texts in the reader's language, from files of ICU messages. */
import { IntlMessageFormat } from 'intl-messageformat';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof LANGUAGES;
export type Texts = Record<string, string>;
export type Values = Record<string, string | number | Date>;
/** Load the texts of a language. Declare it outside of components: a new function loads anew. */
export type LoadTexts = (language: Language) => Promise<Texts>;
export type Text<Key extends string> = (key: Key, values?: Values) => string;

const REMEMBERED = 'parley.language';

interface LanguageChoice {
  language: Language;
  choose(language: Language): void;
  texts: Texts;
}

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);

interface Props {
  load: LoadTexts;
  children: ReactNode;
}

/** Show what is below in the chosen language, and from right to left where that is its direction. */
export function LanguageProvider({ load, children }: Props) {
  const [wanted, setWanted] = useState(preferred);
  const loaded = useLoaded(load, wanted);
  const language = loaded?.language;

  useEffect(() => {
    if (!language) return;
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);

  const choose = useCallback((chosen: Language) => {
    localStorage.setItem(REMEMBERED, chosen);
    setWanted(chosen);
  }, []);
  const choice = useMemo(() => loaded && { ...loaded, choose }, [loaded, choose]);
  return choice && <LanguageContext.Provider value={choice}>{children}</LanguageContext.Provider>;
}

/** Add the texts of a part of the page that is loaded later. Their keys begin with the part's name. */
export function MoreTexts({ load, children }: Props) {
  const above = useLanguage();
  const loaded = useLoaded(load, above.language);
  const choice = useMemo(() => loaded && { ...above, texts: { ...above.texts, ...loaded.texts } }, [above, loaded]);
  return choice && <LanguageContext.Provider value={choice}>{children}</LanguageContext.Provider>;
}

/** The texts once they are there. Without a connection they are loaded when it is back. */
function useLoaded(load: LoadTexts, language: Language): { language: Language; texts: Texts } | undefined {
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts }>();
  const [failure, setFailure] = useState<{ reason: unknown }>();
  useEffect(() => {
    let isOver = false;
    const attempt = (): void => {
      load(language).then(
        (texts) => !isOver && setLoaded({ language, texts }),
        (reason) => {
          if (isOver) return;
          if (navigator.onLine) setFailure({ reason });
          else addEventListener('online', attempt, { once: true });
        },
      );
    };
    attempt();
    return () => {
      isOver = true;
      removeEventListener('online', attempt);
    };
  }, [load, language]);
  // What shows errors of the page shows this one.
  if (failure) throw failure.reason;
  return loaded;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs a LanguageProvider above it');
  return choice;
}

const formats = new Map<string, IntlMessageFormat>();

/**
 * Format the texts of the files above. Each package names its own: a key that is not in its English
 * file is an error of types.
 *
 *     export const useText = useTexts<keyof typeof en & string>;
 */
export function useTexts<Key extends string>(): Text<Key> {
  const { language, texts } = useLanguage();
  return useCallback((key, values) => formatted(language, texts[key] ?? key, values), [language, texts]);
}

function formatted(language: Language, text: string, values?: Values): string {
  const name = `${language} ${text}`;
  let format = formats.get(name);
  if (!format) {
    format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
    formats.set(name, format);
  }
  return String(format.format(directionOf(language) === 'rtl' ? isolated(values) : values));
}

/** What parts words: a value of one word keeps its direction, and may be what a text chooses by. */
const PARTED = /[^\p{L}\p{N}]/u;

/** Values that may be written from left to right, kept apart from the text around them. */
function isolated(values: Values | undefined): Values | undefined {
  if (!values) return undefined;
  const apart = (value: Values[string]): Values[string] =>
    typeof value === 'string' && PARTED.test(value) ? `\u2068${value}\u2069` : value;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, apart(value)]));
}

/** A language in the address (`?language=ar`) comes before the one that was chosen last. */
function preferred(): Language {
  const inAddress = new URLSearchParams(location.search).get('language');
  const asked = [inAddress, localStorage.getItem(REMEMBERED), ...navigator.languages.map((each) => each.slice(0, 2))];
  return asked.find((each): each is Language => each !== null && each in LANGUAGES) ?? 'en';
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
