/** The documents and callables of the app that somebody has signed in to. */
import {
  connectFirestoreEmulator,
  type Firestore,
  type FirestoreSettings,
  initializeFirestore,
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

/** Open them once for each app. Without `settings` documents are kept in memory alone. */
export function openBackend(access: Access, settings: FirestoreSettings = {}): Backend {
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
