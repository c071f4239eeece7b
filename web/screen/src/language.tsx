/** Texts in the reader's language, from files of ICU messages. */
import { DirectionProvider, useDirection } from '@mantine/core';
import { IntlMessageFormat } from 'intl-messageformat';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof LANGUAGES;
type Texts = Record<string, string>;
export type Values = Record<string, string | number | Date>;

const REMEMBERED = 'parley.language';

interface LanguageChoice {
  language: Language;
  choose(language: Language): void;
  texts: Texts;
}

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);

interface Props {
  /** The texts of a language: those of the page and those of the parts it uses. */
  load(language: Language): Promise<Texts>;
  children: ReactNode;
}

/** Show what is below in the chosen language, and from right to left where that is its direction. */
export function LanguageProvider(props: Props) {
  return (
    <DirectionProvider initialDirection={directionOf(preferred())}>
      <Texted {...props} />
    </DirectionProvider>
  );
}

function Texted({ load, children }: Props) {
  const { setDirection } = useDirection();
  const [wanted, setWanted] = useState(preferred);
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts }>();

  useEffect(() => {
    let isOver = false;
    void load(wanted).then((texts) => {
      if (isOver) return;
      setLoaded({ language: wanted, texts });
      document.documentElement.lang = wanted;
      setDirection(directionOf(wanted));
    });
    return () => {
      isOver = true;
    };
  }, [load, wanted, setDirection]);

  const choose = useCallback((language: Language) => {
    localStorage.setItem(REMEMBERED, language);
    setWanted(language);
  }, []);
  const choice = useMemo(() => loaded && { ...loaded, choose }, [loaded, choose]);
  return choice && <LanguageContext.Provider value={choice}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs a LanguageProvider above it');
  return choice;
}

const formats = new Map<string, IntlMessageFormat>();

/** A hook that formats the texts of one file: `textsOf<typeof en>()`; a key that is not in it is an error of types. */
export function textsOf<File extends Texts>(): () => (key: keyof File & string, values?: Values) => string {
  return function useText() {
    const { language, texts } = useLanguage();
    return useCallback(
      (key, values) => {
        const name = `${language} ${key}`;
        let format = formats.get(name);
        if (!format) {
          format = new IntlMessageFormat(texts[key] ?? key, language);
          formats.set(name, format);
        }
        return String(format.format(values));
      },
      [language, texts],
    );
  };
}

function preferred(): Language {
  const asked = [localStorage.getItem(REMEMBERED), ...navigator.languages.map((each) => each.slice(0, 2))];
  return asked.find((each): each is Language => each !== null && each in LANGUAGES) ?? 'en';
}

function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
