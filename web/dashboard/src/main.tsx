import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Center.css';
import '@mantine/core/styles/Stack.css';
import '@mantine/core/styles/Group.css';
import '@mantine/core/styles/Title.css';
import '@mantine/core/styles/Text.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/Alert.css';
import '@mantine/core/styles/Divider.css';
import { MantineProvider } from '@mantine/core';
import { connect } from 'parley-screen/backend.js';
import { LanguageProvider } from 'parley-screen/language.js';
import { theme } from 'parley-screen/theme.js';
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
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <SignInGate access={access} />
      </MantineProvider>
    </LanguageProvider>
  </StrictMode>,
);
