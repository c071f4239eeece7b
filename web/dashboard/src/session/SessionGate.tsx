import { signOut } from 'firebase/auth';
import { doc, getDoc } from 'firebase/firestore';
import { Parley, type Staff } from 'parley-client';
import type { Access } from 'parley-screen/backend.js';
import { type Backend, openBackend } from 'parley-screen/data.js';
import { Waiting } from 'parley-screen/SignInPage.js';
import { Failure } from 'parley-screen/States.js';
import { lazy, type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useText } from '../texts.js';
import { serviceOfCase } from './addressed.js';
import { type Session, SessionProvider } from './session.js';

const ServicePage = lazy(() => import('./ServicePage.js'));

const REMEMBERED = 'parley.serviceId';

interface Props {
  access: Access;
  uid: string;
  children: ReactNode;
}

/**
 * Show the dashboard to the staff of a service: that of the case which the address names, or the one that was
 * opened last.
 */
export function SessionGate({ access, uid, children }: Props) {
  const t = useText();
  const [serviceId, setServiceId] = useState(
    () => serviceOfCase(location.pathname) ?? localStorage.getItem(REMEMBERED) ?? 'default',
  );
  const [isAsking, setIsAsking] = useState(false);
  const { found, error, retry } = useStanding(access, uid, serviceId);

  function choose(chosen: string): void {
    // The case of another service cannot be shown there.
    if ((serviceOfCase(location.pathname) ?? chosen) !== chosen) history.replaceState(null, '', '/inbox');
    setIsAsking(false);
    setServiceId(chosen);
  }

  const leave = (): Promise<void> => signOut(access.auth);
  if (isAsking) return <ServicePage current={serviceId} onChoose={choose} onSignOut={leave} />;
  if (error) return <Failure error={error} onRetry={retry} />;
  if (found === undefined) return <Waiting label={t('shell.opening')} />;
  if (found === 'nobody') {
    return <ServicePage current={serviceId} isRefused onChoose={choose} onSignOut={leave} />;
  }
  const session: Session = { ...found, leaveService: () => setIsAsking(true) };
  return <SessionProvider value={session}>{children}</SessionProvider>;
}

type Standing = Omit<Session, 'leaveService'> | 'nobody' | undefined;

/** The session as staff of a service, or nobody for a person who is no staff there. Undefined while asking. */
function useStanding(access: Access, uid: string, serviceId: string) {
  const [found, setFound] = useState<Standing>();
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    setFound(undefined);
    setError(undefined);
    let isOver = false;
    const backend = openBackend(access);
    const parley = new Parley({ db: backend.db, functions: backend.functions, uid });
    roleOf(backend, serviceId, uid).then(
      (staff) => {
        if (isOver) return;
        if (staff) localStorage.setItem(REMEMBERED, serviceId);
        const leave = async (): Promise<void> => {
          // What is held for undoing is sent as its case leaves the screen.
          flushSync(() => setFound(undefined));
          await parley.close();
          await signOut(access.auth);
        };
        const common = { backend, parley, serviceId, uid, signOut: leave };
        setFound(staff ? { ...common, ...staff, dashboard: parley.dashboard(serviceId) } : 'nobody');
      },
      (failure) => !isOver && setError(failure),
    );
    return () => {
      isOver = true;
      void parley.close();
    };
  }, [access, uid, serviceId, tries]);
  return { found, error, retry: () => setTries((before) => before + 1) };
}

/** A person who is no staff may not even read that; both mean that they have no role. */
async function roleOf(
  { db }: Backend,
  serviceId: string,
  uid: string,
): Promise<Pick<Staff, 'role' | 'displayName'> | undefined> {
  try {
    const staff = await getDoc(doc(db, 'services', serviceId, 'staff', uid));
    return staff.data() as Staff | undefined;
  } catch (failure) {
    if ((failure as { code?: string }).code === 'permission-denied') return undefined;
    throw failure;
  }
}
