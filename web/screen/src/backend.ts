/** The Firebase app of this address: a deployed project, or the emulators of the local stack. */
import { type FirebaseApp, type FirebaseOptions, initializeApp } from 'firebase/app';
import { type Auth, connectAuthEmulator, getAuth } from 'firebase/auth';

/** What signing in needs; `openBackend` opens the rest. */
export interface Access {
  app: FirebaseApp;
  auth: Auth;
  /** Where the emulators are, if they serve this page. */
  emulators?: { hostname: string; offset: number };
}

/** The port of Hosting without an offset; one offset moves all the emulators. */
const HOSTING_PORT = 5000;
const AUTH_PORT = 9099;

/**
 * Read the project's settings from Firebase Hosting, and connect to it. Under different names different
 * people can be signed in in one browser.
 */
export async function connect(name?: string): Promise<Access> {
  const answer = await fetch('/__/firebase/init.json');
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}; serve this page by Firebase Hosting`);
  const options: FirebaseOptions = await answer.json();
  const app = initializeApp(options, name);
  const auth = getAuth(app);
  // The Firebase CLI keeps this prefix for projects that exist on emulators alone.
  if (!options.projectId?.startsWith('demo-')) return { app, auth };
  const { port } = location;
  // A browser holds six connections to a host, and each app needs two or more for as long as it listens. So each
  // name has a host of its own; browsers lead all hosts below localhost to this machine.
  const hostname = name && location.hostname === 'localhost' ? `${name}.localhost` : location.hostname;
  const offset = Number(port) - HOSTING_PORT;
  connectAuthEmulator(auth, `http://${hostname}:${AUTH_PORT + offset}`, { disableWarnings: true });
  return { app, auth, emulators: { hostname, offset } };
}
