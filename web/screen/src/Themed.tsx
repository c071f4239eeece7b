/** Mantine in Parley's colours, in the direction of the reader's language. */
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { directionOf, useLanguage } from './language.js';
import { theme } from './theme.js';

/** Below a `LanguageProvider`. `scheme`: dark or light in place of the reader's choice. */
export function Themed({ scheme, children }: { scheme?: 'dark' | 'light' | undefined; children: ReactNode }) {
  const { language } = useLanguage();
  return (
    <DirectionProvider initialDirection={directionOf(language)} detectDirection={false}>
      <Turned />
      <MantineProvider theme={theme} defaultColorScheme="auto" {...(scheme && { forceColorScheme: scheme })}>
        {children}
      </MantineProvider>
    </DirectionProvider>
  );
}

function Turned() {
  const { language } = useLanguage();
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(language)), [language, setDirection]);
  return null;
}
