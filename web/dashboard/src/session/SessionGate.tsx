import { Center, Loader } from '@mantine/core';
import { onAuthStateChanged, signOut, type User } from 'firebase/auth';
import { doc, getDoc } from 'firebase/firestore';
import { Parley, type Staff } from 'parley-client';
import type { Backend } from 'parley-screen/backend.js';
import { SignInPage } from 'parley-screen/SignInPage.js';
import { type ReactNode, useEffect, useState } from 'react';
import { ServicePage } from './ServicePage.js';
import { type Session, SessionProvider } from './session.js';

const REMEMBERED = 'parley.serviceId';

/** Ask for a sign-in and a service, then show the dashboard to whoever is staff there. */
export function SessionGate({ backend, children }: { backend: Backend; children: ReactNode }) {
  const user = useUser(backend);
  const [serviceId, setServiceId] = useState(() => localStorage.getItem(REMEMBERED) ?? undefined);
  const found = useStanding(backend, user ?? undefined, serviceId);

  function choose(chosen: string | undefined): void {
    if (chosen === undefined) localStorage.removeItem(REMEMBERED);
    else localStorage.setItem(REMEMBERED, chosen);
    setServiceId(chosen);
  }

  if (user === undefined) return <Waiting />;
  if (user === null) return <SignInPage backend={backend} />;
  if (serviceId === undefined) return <ServicePage onChoose={choose} onSignOut={() => signOut(backend.auth)} />;
  if (found === undefined) return <Waiting />;
  if (found.session === undefined) {
    return <ServicePage refused={serviceId} onChoose={choose} onSignOut={() => signOut(backend.auth)} />;
  }
  const session: Session = { ...found.session, leaveService: () => choose(undefined) };
  return <SessionProvider value={session}>{children}</SessionProvider>;
}

function useUser(backend: Backend): User | null | undefined {
  const [user, setUser] = useState<User | null>();
  useEffect(() => onAuthStateChanged(backend.auth, setUser), [backend]);
  return user;
}

/** The session as staff of a service, or none for a person who is no staff there. Undefined while asking. */
function useStanding(backend: Backend, user: User | undefined, serviceId: string | undefined) {
  const [found, setFound] = useState<{ session?: Omit<Session, 'leaveService'> }>();
  useEffect(() => {
    setFound(undefined);
    if (!user || serviceId === undefined) return;
    let isOver = false;
    const parley = new Parley({ db: backend.db, functions: backend.functions, uid: user.uid });
    roleOf(backend, serviceId, user.uid).then((role) => {
      if (isOver) return;
      const leave = async (): Promise<void> => {
        await parley.close();
        await signOut(backend.auth);
      };
      const common = { backend, parley, serviceId, uid: user.uid, signOut: leave };
      setFound(role ? { session: { ...common, role, dashboard: parley.dashboard(serviceId) } } : {});
    });
    return () => {
      isOver = true;
      void parley.close();
    };
  }, [backend, user, serviceId]);
  return found;
}

/** A person who is no staff may not even read that; both mean that they have no role. */
async function roleOf(backend: Backend, serviceId: string, uid: string): Promise<Staff['role'] | undefined> {
  try {
    const staff = await getDoc(doc(backend.db, 'services', serviceId, 'staff', uid));
    return (staff.data() as Staff | undefined)?.role;
  } catch {
    return undefined;
  }
}

function Waiting() {
  return (
    <Center h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
