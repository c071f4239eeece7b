import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import 'parley-screen/contrast.css';
import './chat.css';
import { MantineProvider } from '@mantine/core';
import { connect } from 'parley-screen/backend.js';
import { LanguageProvider } from 'parley-screen/language.js';
import { theme } from 'parley-screen/theme.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gate } from './session/Gate.js';
import { loadTexts } from './texts.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');

/** Several people can chat in one browser, each under a name in the address (`?profile=ann`). */
const asked = new URLSearchParams(location.search);
const access = await connect(asked.get('profile') ?? undefined);
const scheme = asked.get('scheme');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider load={loadTexts}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        {...((scheme === 'dark' || scheme === 'light') && { forceColorScheme: scheme })}
      >
        <Gate access={access} />
      </MantineProvider>
    </LanguageProvider>
  </StrictMode>,
);
