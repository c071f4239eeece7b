/** An app with the client library: one `Phone` is one installation, signed in as one person. */
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app';
import {
  type Auth,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  getAuth,
  signInWithEmailAndPassword,
} from 'firebase/auth';
import { connectFirestoreEmulator, type Firestore, getFirestore, setLogLevel, terminate } from 'firebase/firestore';
import { connectFunctionsEmulator, type Functions, getFunctions, httpsCallable } from 'firebase/functions';
import { type Introduction, type Opened, Parley } from 'parley-client';
import * as settings from './settings.js';

// The SDK also prints each refused write. Refusals are expected here.
setLogLevel('silent');

export const PASSWORD = 'a demo has no secrets';

export class Phone {
  email = '';
  readonly token: string;
  readonly db: Firestore;
  private readonly app: FirebaseApp;
  private readonly auth: Auth;
  private readonly functions: Functions;
  private signedIn: Parley | undefined;

  constructor(
    readonly name: string,
    readonly displayName: string,
  ) {
    this.token = `${settings.RUN}-${name}`;
    this.app = initializeApp({ projectId: settings.PROJECT, apiKey: 'demo' }, this.token);
    this.auth = getAuth(this.app);
    connectAuthEmulator(this.auth, `http://${settings.AUTH}`, { disableWarnings: true });
    this.db = getFirestore(this.app);
    const [host = '', port] = settings.FIRESTORE.split(':');
    connectFirestoreEmulator(this.db, host, Number(port));
    this.functions = getFunctions(this.app, settings.REGION);
    const functions = new URL(settings.FUNCTIONS);
    connectFunctionsEmulator(this.functions, functions.hostname, Number(functions.port));
  }

  get uid(): string {
    if (!this.auth.currentUser) throw new Error(`${this.name} is not signed in`);
    return this.auth.currentUser.uid;
  }

  get parley(): Parley {
    this.signedIn ??= new Parley({ db: this.db, functions: this.functions, uid: this.uid });
    return this.signedIn;
  }

  async signUp(): Promise<void> {
    this.email = `${this.token}@example.com`;
    await createUserWithEmailAndPassword(this.auth, this.email, PASSWORD);
  }

  /** Sign in to an existing account: another phone's, or an imported one. */
  async signIn(email: string): Promise<void> {
    this.email = email;
    await signInWithEmailAndPassword(this.auth, email, PASSWORD);
  }

  introduce(more: Partial<Introduction> = {}): Promise<void> {
    const { displayName } = this;
    return this.parley.me.introduce({ displayName, locale: 'en-GB', timeZone: 'Europe/London', ...more });
  }

  registerDevice(): Promise<void> {
    const { token } = this;
    return this.parley.devices.register(this.name, { token, kind: 'fcmToken', platform: 'android', locale: 'en-GB' });
  }

  /** Open a direct chat as an app does that does not write it: by the callable alone. */
  openDirectByCallable(userId: string): Promise<Opened> {
    return this.call<Opened>('openDirectChat', { userId });
  }

  /** Call a callable that the library has no call for. */
  async call<Answer>(name: string, request: object): Promise<Answer> {
    return (await httpsCallable<object, Answer>(this.functions, name)(request)).data;
  }

  async close(): Promise<void> {
    await this.signedIn?.close();
    await terminate(this.db);
    await deleteApp(this.app);
  }
}
