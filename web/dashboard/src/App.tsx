import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { Access } from 'parley-screen/backend.js';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import { router } from './routes.js';
import { SessionGate } from './session/SessionGate.js';

const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 30_000 } } });

/** The dashboard of somebody who has signed in. */
export default function App({ access, uid }: { access: Access; uid: string }) {
  return (
    <QueryClientProvider client={queries}>
      <Notifications position="bottom-center" limit={4} />
      <SessionGate key={uid} access={access} uid={uid}>
        <CommandsProvider>
          <RouterProvider router={router} />
        </CommandsProvider>
      </SessionGate>
    </QueryClientProvider>
  );
}
