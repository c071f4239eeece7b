import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import 'parley-screen/contrast.css';
import { Notifications } from '@mantine/notifications';
import { RouterProvider } from '@tanstack/react-router';
import { signOut } from 'firebase/auth';
import { persistentLocalCache, persistentMultipleTabManager } from 'firebase/firestore';
import { type ChatList, Parley, type User } from 'parley-client';
import type { Access } from 'parley-screen/backend.js';
import { type Backend, openBackend } from 'parley-screen/data.js';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { Themed } from 'parley-screen/Themed.js';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { registerWorker } from './offline/register.js';
import { WelcomePage } from './pages/WelcomePage.js';
import { forgetDevice } from './push/device.js';
import { PushListener } from './push/PushListener.js';
import { router } from './routes.js';
import { type Session, SessionProvider, SharedProvider, useSession } from './session/session.js';

interface Opened {
  backend: Backend;
  parley: Parley;
  list: ChatList;
}

interface Props {
  access: Access;
  uid: string;
  /** Dark or light in place of the reader's choice. */
  scheme: 'dark' | 'light' | undefined;
}

/** The chats of somebody who has signed in. */
export default function App({ access, uid, scheme }: Props) {
  useEffect(() => {
    // Without a worker the app needs a network to start, and shows no pushes.
    if ('serviceWorker' in navigator) registerWorker().catch(() => undefined);
  }, []);
  return (
    <Themed scheme={scheme}>
      <Chats access={access} uid={uid} />
    </Themed>
  );
}

function Chats({ access, uid }: Omit<Props, 'scheme'>) {
  const opened = useOpened(access, uid);
  const { me, error, reload } = useMe(opened?.parley);
  const session = useMemo((): Session | undefined => {
    if (!opened || me === undefined) return undefined;
    const leave = async (): Promise<void> => {
      await forgetDevice(opened.parley).catch(() => undefined);
      await opened.parley.close();
      await signOut(access.auth);
    };
    return { ...opened, uid, me, reloadMe: reload, signOut: leave };
  }, [access, opened, uid, me, reload]);

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!session) return <Loading />;
  return (
    <SessionProvider value={session}>
      <Notifications position="top-center" limit={3} />
      {session.me === null ? (
        <WelcomePage />
      ) : (
        <SharedValues>
          <PushListener />
          <RouterProvider router={router} />
        </SharedValues>
      )}
    </SessionProvider>
  );
}

function useOpened(access: Access, uid: string): Opened | undefined {
  const [opened, setOpened] = useState<Opened>();
  useEffect(() => {
    // What is sent offline survives the end of the page; all tabs share one cache.
    const localCache = persistentLocalCache({ tabManager: persistentMultipleTabManager() });
    const backend = openBackend(access, { localCache });
    const parley = new Parley({ db: backend.db, functions: backend.functions, uid });
    setOpened({ backend, parley, list: parley.chats({ confirmsDelivery: true }) });
    return () => void parley.close();
  }, [access, uid]);
  return opened;
}

/** The person's record; null if they have none, which they see who sign in for the first time. */
function useMe(parley: Parley | undefined) {
  const [me, setMe] = useState<User | null>();
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    if (!parley) return;
    let isOver = false;
    setError(undefined);
    parley.me.get().then(
      (found) => {
        if (isOver) return;
        setMe(found ?? null);
        if (found) void parley.me.seen().catch(() => undefined);
      },
      (failure) => !isOver && setError(failure),
    );
    return () => {
      isOver = true;
    };
  }, [parley, tries]);
  const reload = useMemo(() => () => setTries((before) => before + 1), []);
  return { me, error, reload };
}

function SharedValues({ children }: { children: ReactNode }) {
  const { parley } = useSession();
  const { value: tokens = null } = useLive(() => parley.devices.watch(), [parley]);
  const { value: blocked } = useLive(() => parley.blocks.watch(), [parley]);
  const shared = useMemo(() => ({ tokens, blocked: blocked ?? new Map() }), [tokens, blocked]);
  return <SharedProvider value={shared}>{children}</SharedProvider>;
}
