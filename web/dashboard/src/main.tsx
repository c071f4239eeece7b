import { connect } from 'parley-screen/backend.js';
import { LanguageProvider } from 'parley-screen/language.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SignInGate } from './session/SignInGate.js';
import { loadTexts } from './texts.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
const access = await connect();
createRoot(root).render(
  <StrictMode>
    <LanguageProvider load={loadTexts}>
      <SignInGate access={access} />
    </LanguageProvider>
  </StrictMode>,
);
