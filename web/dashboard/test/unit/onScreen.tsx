/** Show a part of the dashboard as the page does: in English, with its texts. */
import { MantineProvider } from '@mantine/core';
import { configure, render } from '@testing-library/react';
import { LanguageProvider, type LoadTexts } from 'parley-screen/language.js';
import type { ReactNode } from 'react';
import { vi } from 'vitest';

/** A deadline only ends what hangs: a busy machine is ten times slower. */
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 30_000 });

export function show(shown: ReactNode, texts: LoadTexts): void {
  localStorage.setItem('parley.language', 'en');
  render(
    <LanguageProvider load={texts}>
      <MantineProvider env="test">{shown}</MantineProvider>
    </LanguageProvider>,
  );
}
