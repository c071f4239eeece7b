import './shell/mantine.css';
import 'parley-screen/contrast.css';
import { RouterProvider } from '@tanstack/react-router';
import type { Access } from 'parley-screen/backend.js';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { Themed } from 'parley-screen/Themed.js';
import { lazy, Suspense } from 'react';
import { router } from './routes.js';
import { SessionGate } from './session/SessionGate.js';

/** Nothing has failed before the first page is there. */
const Notifications = lazy(() => import('./shell/Notices.js'));

const loadCommands = () => import('./commands/allCommands.js');

/** The dashboard of somebody who has signed in. */
export default function App({ access, uid }: { access: Access; uid: string }) {
  return (
    <Themed>
      <Suspense>
        <Notifications />
      </Suspense>
      <SessionGate key={uid} access={access} uid={uid}>
        <CommandsProvider loadAll={loadCommands}>
          <RouterProvider router={router} />
        </CommandsProvider>
      </SessionGate>
    </Themed>
  );
}
