import './chat.css';
import { connect } from 'parley-screen/backend.js';
import { LanguageProvider } from 'parley-screen/language.js';
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
      <Gate access={access} scheme={scheme === 'dark' || scheme === 'light' ? scheme : undefined} />
    </LanguageProvider>
  </StrictMode>,
);
