import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { RouterProvider } from '@tanstack/react-router';
import { connect } from 'parley-screen/backend.js';
import { theme } from 'parley-screen/theme.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './routes.js';
import { SessionGate } from './session/SessionGate.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
const backend = await connect();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications />
      <SessionGate backend={backend}>
        <RouterProvider router={router} />
      </SessionGate>
    </MantineProvider>
  </StrictMode>,
);
