/** The people of the demo, each signed in under a name of their own, as their phones are. */
import { signInWithEmailAndPassword } from 'firebase/auth';
import type { Firestore } from 'firebase/firestore';
import { Parley } from 'parley-client';
import { connect } from 'parley-screen/backend.js';
import { openBackend } from 'parley-screen/data.js';

/** The accounts that the local stack makes when it starts; its emulators keep no secrets. */
const PASSWORD = 'parley-demo';
export const SERVICE = 'acme';
/** The number that the service's SMS leave from, and that answers go to. */
export const SMS_NUMBER = '+12025550142';

export interface Role {
  uid: string;
  email: string;
  name: string;
  phone?: string;
  /** The address of what they look at. */
  screen: string;
}

export const PHONES: readonly Role[] = [
  {
    uid: 'ann',
    email: 'ann@example.com',
    name: 'Ann Lee',
    phone: '+447700900101',
    screen: '/chat/?profile=ann&language=en&scheme=light',
  },
  {
    uid: 'ben',
    email: 'ben@example.com',
    name: 'Ben Vogt',
    phone: '+4915123456701',
    screen: '/chat/?profile=ben&language=de&scheme=light',
  },
  {
    uid: 'dina',
    email: 'dina@example.com',
    name: 'Dina Haddad',
    phone: '+201001234567',
    screen: '/chat/?profile=dina&language=ar&scheme=dark',
  },
];
export const STAFF: Role = { uid: 'sam', email: 'sam@acme.example', name: 'Sam of Acme', screen: '/inbox' };

export interface Actor extends Role {
  parley: Parley;
  db: Firestore;
}

export interface Cast {
  ann: Actor;
  ben: Actor;
  dina: Actor;
  sam: Actor;
  emulators: { hostname: string; offset: number };
}

/** Sign everybody in. Their frames find them signed in, since they keep it under the same name. */
export async function gather(): Promise<Cast | 'notLocal'> {
  const own = await connect();
  if (!own.emulators) return 'notLocal';
  localStorage.setItem('parley.serviceId', SERVICE);
  const [ann, ben, dina, sam] = await Promise.all([
    act(PHONES[0] as Role),
    act(PHONES[1] as Role),
    act(PHONES[2] as Role),
    signIn(STAFF, own),
  ]);
  return { ann, ben, dina, sam, emulators: own.emulators };
}

async function act(role: Role): Promise<Actor> {
  const actor = await signIn(role, await connect(role.uid));
  // A phone that rings by the stand-in for FCM.
  await actor.parley.devices.register('demo-phone', {
    token: `demo-${role.uid}`,
    kind: 'fcmToken',
    platform: 'android',
  });
  return actor;
}

async function signIn(role: Role, access: Awaited<ReturnType<typeof connect>>): Promise<Actor> {
  const { user } = await signInWithEmailAndPassword(access.auth, role.email, PASSWORD);
  // On a host of its own: a browser holds six connections to each, and their phone has its own.
  const emulators = access.emulators && { ...access.emulators, hostname: `${role.uid}-here.localhost` };
  const { db, functions } = openBackend({ ...access, ...(emulators && { emulators }) });
  return { ...role, db, parley: new Parley({ db, functions, uid: user.uid }) };
}
