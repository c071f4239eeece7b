/** The documents and callables of the app that somebody has signed in to. */
import {
  connectFirestoreEmulator,
  type Firestore,
  type FirestoreSettings,
  initializeFirestore,
  memoryEagerGarbageCollector,
  memoryLocalCache,
} from 'firebase/firestore';
import { connectFunctionsEmulator, type Functions, getFunctions } from 'firebase/functions';
import type { Access } from './backend.js';

export interface Backend extends Access {
  db: Firestore;
  functions: Functions;
}

const REGION = 'us-central1';
const PORTS = { firestore: 8080, functions: 5001 };

const opened = new WeakMap<Access, Backend>();

/** The SDK's default, in spite of what it says, is to keep all that was ever shown, up to 40 MB of it. */
const WHILE_SHOWN = memoryLocalCache({ garbageCollector: memoryEagerGarbageCollector() });

/** Open them once for each app. Without `settings` documents are in memory alone, while something listens to them. */
export function openBackend(access: Access, settings: FirestoreSettings = { localCache: WHILE_SHOWN }): Backend {
  let backend = opened.get(access);
  if (backend) return backend;
  backend = { ...access, db: initializeFirestore(access.app, settings), functions: getFunctions(access.app, REGION) };
  if (access.emulators) {
    const { hostname, offset } = access.emulators;
    connectFirestoreEmulator(backend.db, hostname, PORTS.firestore + offset);
    connectFunctionsEmulator(backend.functions, hostname, PORTS.functions + offset);
  }
  opened.set(access, backend);
  return backend;
}
