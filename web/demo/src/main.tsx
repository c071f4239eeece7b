import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import 'parley-screen/contrast.css';
import { Notifications } from '@mantine/notifications';
import { LanguageProvider } from 'parley-screen/language.js';
import { Themed } from 'parley-screen/Themed.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DemoPage } from './DemoPage.js';
import { loadTexts } from './texts.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider load={loadTexts}>
      <Themed>
        <Notifications position="top-center" limit={3} />
        <DemoPage />
      </Themed>
    </LanguageProvider>
  </StrictMode>,
);
