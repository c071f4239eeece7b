/** The Firebase app of this address: a deployed project, or the emulators of the local stack. */
import { type FirebaseOptions, initializeApp } from 'firebase/app';
import { type Auth, connectAuthEmulator, getAuth } from 'firebase/auth';
import { connectFirestoreEmulator, type Firestore, getFirestore } from 'firebase/firestore';
import { connectFunctionsEmulator, type Functions, getFunctions } from 'firebase/functions';

export interface Backend {
  auth: Auth;
  db: Firestore;
  functions: Functions;
}

/** The emulators' ports without an offset; one offset moves them all, Hosting's too. */
const PORTS = { hosting: 5000, auth: 9099, firestore: 8080, functions: 5001 };

/** Read the project's settings from Firebase Hosting, and connect to it. */
export async function connect(): Promise<Backend> {
  const answer = await fetch('/__/firebase/init.json');
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}; serve this page by Firebase Hosting`);
  const options: FirebaseOptions = await answer.json();
  const app = initializeApp(options);
  const backend = { auth: getAuth(app), db: getFirestore(app), functions: getFunctions(app, 'us-central1') };
  // The Firebase CLI keeps this prefix for projects that exist on emulators alone.
  if (options.projectId?.startsWith('demo-')) useEmulators(backend, location);
  return backend;
}

function useEmulators({ auth, db, functions }: Backend, { hostname, port }: Location): void {
  const offset = Number(port) - PORTS.hosting;
  connectAuthEmulator(auth, `http://${hostname}:${PORTS.auth + offset}`, { disableWarnings: true });
  connectFirestoreEmulator(db, hostname, PORTS.firestore + offset);
  connectFunctionsEmulator(functions, hostname, PORTS.functions + offset);
}
