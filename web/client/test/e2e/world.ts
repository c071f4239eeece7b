/** People of a running stack, each with the official SDK and the library; and its owner, past the rules. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app';
import {
  type Auth,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  getAuth,
  signInWithEmailAndPassword,
  type UserCredential,
} from 'firebase/auth';
import {
  connectFirestoreEmulator,
  type DocumentData,
  doc,
  type Firestore,
  getDoc,
  getFirestore,
  setLogLevel,
  terminate,
  writeBatch,
} from 'firebase/firestore';
import { connectFunctionsEmulator, type Functions, getFunctions } from 'firebase/functions';
import {
  type ChatSession,
  directChatId,
  type Live,
  newId,
  Parley,
  type ParleyError,
  type Reason,
  type Staff,
} from '../../src/index.js';

// A refusal is an answer like another; the SDK would print each.
setLogLevel('silent');

const REGION = 'us-central1';
/**
 * A function of the emulator takes long to answer the first time, on a busy machine above all. And it mixes
 * the frames of a stream now and then, after which the SDK connects again in 30 to 90 s.
 */
const SECONDS = 120;
const POLLED_MS = 100;

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests need a running stack`);
  return value;
}

const project = variable('GCLOUD_PROJECT');
const [firestoreHost = '', firestorePort = ''] = variable('FIRESTORE_EMULATOR_HOST').split(':');
const functionsUrl = new URL(variable('PARLEY_FUNCTIONS_URL'));

const apps: { app: FirebaseApp; db: Firestore }[] = [];

function newApp(options?: { mockUserToken: string }): { app: FirebaseApp; db: Firestore } {
  const app = initializeApp({ projectId: project, apiKey: 'any' }, newId());
  const db = getFirestore(app);
  connectFirestoreEmulator(db, firestoreHost, Number(firestorePort), options);
  apps.push({ app, db });
  return { app, db };
}

const owner = newApp({ mockUserToken: 'owner' }).db;

/** Somebody signed in on one installation of the app. */
export interface Person {
  uid: string;
  email: string;
  db: Firestore;
  functions: Functions;
  parley: Parley;
}

const PASSWORD = 'no secret';

async function signedIn(
  email: string,
  by: (auth: Auth, email: string, password: string) => Promise<UserCredential>,
): Promise<Person> {
  const { app, db } = newApp();
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${variable('FIREBASE_AUTH_EMULATOR_HOST')}`, { disableWarnings: true });
  const {
    user: { uid },
  } = await by(auth, email, PASSWORD);
  const functions = getFunctions(app, REGION);
  connectFunctionsEmulator(functions, functionsUrl.hostname, Number(functionsUrl.port));
  return { uid, email, db, functions, parley: new Parley({ db, functions, uid }) };
}

export async function somebody(displayName: string): Promise<Person> {
  const person = await signedIn(`${newId()}@example.com`, createUserWithEmailAndPassword);
  await person.parley.me.introduce({ displayName, whoMayAddMe: 'everyone' });
  return person;
}

/**
 * People with a profile and a direct chat with somebody, who adds them at once; their uids. They have no
 * record of their own: its trigger would run for each, and hold up every other one.
 */
export async function crowdOf({ uid }: Person, count: number): Promise<string[]> {
  const uids = Array.from({ length: count }, (_, n) => `${uid}-${n}`);
  const chat = { serviceId: 'default', kind: 'direct', createdBy: uid, createdAt: new Date() };
  const docs = uids.flatMap((each) => [
    [`profiles/${each}`, { displayName: 'One of many' }],
    [`chats/${directChatId(uid, each)}`, chat],
  ]);
  await put(Object.fromEntries(docs));
  return uids;
}

/** The same person on another device. */
export function elsewhere({ email }: Person): Promise<Person> {
  return signedIn(email, signInWithEmailAndPassword);
}

/** The same with a device, which `pushesTo` asks for. */
export async function somebodyWithPhone(displayName: string): Promise<Person> {
  const person = await somebody(displayName);
  await person.parley.devices.register('phone', { token: tokenOf(person), kind: 'fcmToken', platform: 'ios' });
  return person;
}

const tokenOf = ({ uid }: Person): string => `token-${uid}`;

/** A push, as the stand-in for FCM received it. */
export interface Push {
  token: string;
  notification: { title: string; body: string };
  data: Record<string, string>;
}

/** What was pushed to somebody's phone, as soon as there are so many. */
export async function pushesTo(person: Person, count: number): Promise<Push[]> {
  let found: Push[] = [];
  const all = async (): Promise<Push[]> => {
    for (;;) {
      const answer = await fetch(`${variable('PARLEY_FCM_URL')}/_/messages`);
      const entries = (await answer.json()) as { request: { message: Push } }[];
      found = entries.map(({ request }) => request.message).filter(({ token }) => token === tokenOf(person));
      if (found.length >= count) return found;
      await setTimeout(POLLED_MS);
    }
  };
  return inTime(all(), () => `${found.length} pushes of ${count}`);
}

/** What the server knows, past the rules. */
export async function stored(path: string): Promise<DocumentData | undefined> {
  return (await getDoc(doc(owner, path))).data();
}

/** What a server or an import writes. */
export async function put(docs: Record<string, object>): Promise<void> {
  const batch = writeBatch(owner);
  for (const [path, data] of Object.entries(docs)) batch.set(doc(owner, path), data);
  await batch.commit();
}

/** A service of this test alone, with one member of staff. */
export async function serviceWith(staff: Person, role: Staff['role'] = 'agent'): Promise<string> {
  const serviceId = newId();
  await put({
    [`services/${serviceId}`]: { name: 'Acme', kind: 'dashboard' },
    [`services/${serviceId}/staff/${staff.uid}`]: { role, displayName: 'Ada' },
  });
  return serviceId;
}

export async function directChat(one: Person, other: Person): Promise<string> {
  return (await one.parley.open.direct(other.uid)).chatId;
}

/**
 * Wait until the server has answered: the emulator can lose to a listener what is committed while
 * it begins to listen.
 */
export async function live<T extends { isFromCache: boolean }>(list: Live<T>): Promise<void> {
  await soon(list, ({ isFromCache }) => !isFromCache);
}

/** The same of chats on the screen. */
export async function ready(...sessions: ChatSession[]): Promise<void> {
  await inTime(Promise.all(sessions.map((session) => session.ready())), () => 'the chats');
}

/** The first value that fits, or a failure at the deadline that shows what was there instead. */
export function soon<T>(watched: Live<T>, fits: (value: T) => boolean): Promise<T> {
  return inTime(watched.first(fits), () => JSON.stringify(watched.value));
}

async function inTime<T>(promise: Promise<T>, last: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = globalThis.setTimeout(
      () =>
        reject(
          new assert.AssertionError({
            message: `waited ${SECONDS} s in vain; last: ${last()}`,
          }),
        ),
      SECONDS * 1000,
    );
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

export const bodies = (session: ChatSession): (string | undefined)[] =>
  (session.messages.value?.messages ?? []).map(({ body }) => body);

/** Have everything on the screen been read. */
export async function readAll({ messages, receipts }: ChatSession): Promise<void> {
  for (const message of messages.value?.messages ?? []) receipts.shown(message);
  await receipts.flush();
}

/** It is refused for this reason; answers the error, to look at more of it. */
export async function refused(attempt: Promise<unknown>, reason: Reason): Promise<ParleyError> {
  let found: unknown;
  await assert.rejects(attempt, (error) => {
    found = error;
    assert.equal((error as ParleyError).reason, reason, `${error}`);
    return true;
  });
  return found as ParleyError;
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
