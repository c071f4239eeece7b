import { signOut } from 'firebase/auth';
import { Parley } from 'parley-client';
import type { Access } from 'parley-screen/backend.js';
import { openBackend } from 'parley-screen/data.js';
import { Waiting } from 'parley-screen/SignInPage.js';
import { Failure } from 'parley-screen/States.js';
import { lazy, type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useText } from '../texts.js';
import { serviceOf } from './addressed.js';
import { roleIn } from './roleIn.js';
import { type Session, SessionProvider } from './session.js';
import { UnderWay } from './underWay.js';

const ServicePage = lazy(() => import('./ServicePage.js'));

const REMEMBERED = 'parley.serviceId';

interface Props {
  access: Access;
  uid: string;
  children: ReactNode;
}

/**
 * Show the dashboard to the staff of a service: the one that the address is about, or the one that was opened
 * last.
 */
export function SessionGate({ access, uid, children }: Props) {
  const t = useText();
  const [serviceId, setServiceId] = useState(
    () => serviceOf(location) ?? localStorage.getItem(REMEMBERED) ?? 'default',
  );
  const [isAsking, setIsAsking] = useState(false);
  const [underWay] = useState(() => new UnderWay());
  const { found, error, retry } = useStanding(access, uid, serviceId);

  function choose(chosen: string): void {
    // What is of another service cannot be shown there.
    if ((serviceOf(location) ?? chosen) !== chosen) history.replaceState(null, '', '/inbox');
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
  const session: Session = { ...found, underWay, leaveService: () => setIsAsking(true) };
  return <SessionProvider value={session}>{children}</SessionProvider>;
}

type Standing = Omit<Session, 'leaveService' | 'underWay'> | 'nobody' | undefined;

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
    roleIn(backend, serviceId, uid).then(
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
