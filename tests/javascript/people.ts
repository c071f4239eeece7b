/** People of a running stack, each with the official SDK; and its owner, whom no rule concerns. */
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app';
import { connectAuthEmulator, createUserWithEmailAndPassword, getAuth } from 'firebase/auth';
import {
  connectFirestoreEmulator,
  doc,
  type Firestore,
  getFirestore,
  serverTimestamp,
  setLogLevel,
  terminate,
  writeBatch,
} from 'firebase/firestore';
import { connectFunctionsEmulator, type Functions, getFunctions } from 'firebase/functions';

// A refusal is an answer like another; the SDK would print each.
setLogLevel('silent');

const REGION = 'us-central1';

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests need a running stack`);
  return value;
}

export const project = variable('GCLOUD_PROJECT');
const [host = '', port = ''] = variable('FIRESTORE_EMULATOR_HOST').split(':');
export const firestore = { host, port: Number(port) };
const functionsUrl = new URL(variable('PARLEY_FUNCTIONS_URL'));

/** Somebody signed in on one installation of an app. */
export interface Person {
  uid: string;
  db: Firestore;
  functions: Functions;
}

const apps: { app: FirebaseApp; db: Firestore }[] = [];
let drawn = 0;

/** An id that nobody used before. Later ones sort behind: the SDK orders posts of one millisecond by id. */
export function fresh(name: string): string {
  drawn += 1;
  return `${name}-${process.pid.toString(36)}-${Date.now().toString(36)}-${String(drawn).padStart(4, '0')}`;
}

function newApp(at: { host: string; port: number }, token?: string): { app: FirebaseApp; db: Firestore } {
  const app = initializeApp({ projectId: project, apiKey: 'any' }, fresh('app'));
  const db = getFirestore(app);
  connectFirestoreEmulator(db, at.host, at.port, token === undefined ? undefined : { mockUserToken: token });
  apps.push({ app, db });
  return { app, db };
}

export function functionsOf(app: FirebaseApp): Functions {
  const functions = getFunctions(app, REGION);
  connectFunctionsEmulator(functions, functionsUrl.hostname, Number(functionsUrl.port));
  return functions;
}

export const owner = newApp(firestore, 'owner').db;

/** Whoever is not signed in. */
export const nobody = newApp(firestore).db;

/** A new person; `at` is the way to Firestore, if not the straight one. */
export async function somebody(displayName: string, at = firestore): Promise<Person> {
  const { app, db } = newApp(at);
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${variable('FIREBASE_AUTH_EMULATOR_HOST')}`, { disableWarnings: true });
  const {
    user: { uid },
  } = await createUserWithEmailAndPassword(auth, `${fresh('mail')}@example.com`, 'no secret');
  const functions = functionsOf(app);
  const batch = writeBatch(db);
  batch.set(doc(db, `users/${uid}`), { displayName, createdAt: serverTimestamp(), whoMayAddMe: 'everyone' });
  batch.set(doc(db, `profiles/${uid}`), { displayName });
  await batch.commit();
  return { uid, db, functions };
}

/** What a server or an import writes: documents by their paths, null for one that goes. */
export async function put(docs: Record<string, object | null>): Promise<void> {
  const batch = writeBatch(owner);
  for (const [path, data] of Object.entries(docs)) {
    if (data === null) batch.delete(doc(owner, path));
    else batch.set(doc(owner, path), data);
  }
  await batch.commit();
}

/** A service of this test alone, with one member of staff. */
export async function serviceWith(staff: Person, role = 'admin'): Promise<string> {
  const serviceId = fresh('acme');
  await put({
    [`services/${serviceId}`]: { name: 'Acme', kind: 'dashboard' },
    [`services/${serviceId}/staff/${staff.uid}`]: { role, displayName: 'Ada' },
  });
  return serviceId;
}

/** Let the process end. */
export async function endWorld(): Promise<void> {
  await Promise.all(
    apps.splice(0).map(async ({ app, db }) => {
      await terminate(db);
      await deleteApp(app);
    }),
  );
}
