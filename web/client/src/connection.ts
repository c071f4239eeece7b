/**
 * The only access to Firestore and the callables. Every read, write and call of the library goes
 * through here, is counted, and fails with a `ParleyError`.
 */
import {
  type CollectionReference,
  collection,
  type DocumentData,
  type DocumentReference,
  type DocumentSnapshot,
  doc,
  type Firestore,
  getCountFromServer,
  getDoc,
  getDocFromServer,
  getDocs,
  onSnapshot,
  type QueryConstraint,
  type QueryDocumentSnapshot,
  query,
  runTransaction,
  snapshotEqual,
  writeBatch,
} from 'firebase/firestore';
import { type Functions, httpsCallable } from 'firebase/functions';
import { type Batch, makeBatch, type Writes } from './batches.js';
import { CALLABLES } from './callableForms.js';
import { CALLED, type Calls } from './calls.js';
import { check, checkCarried } from './checking.js';
import { untilUncontended } from './contended.js';
import { explained, ParleyError } from './errors.js';
import { type Stop, tellEach } from './live.js';
import type { Clock } from './pacing.js';
import { SteadyDocuments } from './steady.js';

/** Documents read and written so far, as Firestore charges them, and calls of functions. */
export interface Usage {
  reads: number;
  writes: number;
  calls: number;
}

/** The documents of a listener, in the order of its query. One that has not changed stays the same object. */
export interface Page {
  docs: QueryDocumentSnapshot[];
  /** Not confirmed by the server: offline, or before its first answer. */
  isFromCache: boolean;
}

type Failed = (error: ParleyError) => void;

export class Connection {
  readonly usage: Usage = { reads: 0, writes: 0, calls: 0 };
  /** The stop function of each listener, and its error handler. */
  private readonly listening = new Map<Stop, Failed>();
  private hasClosed = false;

  constructor(
    readonly db: Firestore,
    readonly functions: Functions,
    readonly uid: string,
    readonly clock: Clock,
  ) {}

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.hasClosed;
  }

  /** Listen to a query. */
  watch(path: string, constraints: QueryConstraint[], next: (page: Page) => void, failed: Failed): Stop {
    if (this.isClosed) return tellClosed(failed, path);
    const asked = query(this.collection(path), ...constraints);
    const documents = new SteadyDocuments();
    return this.keep(path, failed, (failedToRead) =>
      onSnapshot(
        asked,
        { includeMetadataChanges: true },
        (snapshot) => {
          const { fromCache } = snapshot.metadata;
          const { docs, read } = documents.hear(snapshot);
          if (!fromCache) this.usage.reads += read;
          next({ docs, isFromCache: fromCache });
        },
        failedToRead,
      ),
    );
  }

  /** Listen to one document. Reports a missing one only when the server confirms it, and no unchanged snapshot. */
  watchDocument(path: string, next: (data: DocumentData | undefined) => void, failed: Failed): Stop {
    if (this.isClosed) return tellClosed(failed, path);
    let told: DocumentSnapshot | undefined;
    let read: DocumentSnapshot | undefined;
    // The SDK reports a missing document from its cache first. The server's answer changes only the metadata.
    const options = { includeMetadataChanges: true };
    return this.keep(path, failed, (failedToRead) =>
      onSnapshot(
        this.document(path),
        options,
        (snapshot) => {
          const { fromCache, hasPendingWrites } = snapshot.metadata;
          if (!fromCache && !hasPendingWrites) {
            if (!read || !snapshotEqual(read, snapshot)) this.usage.reads += 1;
            read = snapshot;
          }
          // A document missing from the cache may exist on the server.
          const isKnown = snapshot.exists() || !fromCache;
          if (!isKnown || (told && snapshotEqual(told, snapshot))) return;
          told = snapshot;
          next(snapshot.data());
        },
        failedToRead,
      ),
    );
  }

  /**
   * Stop all listeners, report an error to each, and refuse later writes and calls: the next user
   * to sign in may be another. Never throws, even if an error handler does.
   */
  close(): void {
    this.hasClosed = true;
    const [stops, told] = [[...this.listening.keys()], [...this.listening.values()]];
    for (const stop of stops) stop();
    tellEach(told, closed('go on listening'));
  }

  async get(path: string): Promise<DocumentData | undefined> {
    this.usage.reads += 1;
    try {
      return (await getDoc(this.document(path))).data();
    } catch (error) {
      throw unread(error, path);
    }
  }

  /** Read from the server, past the cache; fails offline. */
  async getFromServer(path: string): Promise<DocumentData | undefined> {
    this.usage.reads += 1;
    try {
      return (await getDocFromServer(this.document(path))).data();
    } catch (error) {
      throw unread(error, path);
    }
  }

  /** Whether the server has the document, pending writes aside. */
  async isThere(path: string): Promise<boolean> {
    return (await this.getFromServer(path)) !== undefined;
  }

  /** Read the documents of a query once. */
  async find(path: string, ...constraints: QueryConstraint[]): Promise<DocumentData[]> {
    try {
      const { docs } = await getDocs(query(this.collection(path), ...constraints));
      this.usage.reads += Math.max(1, docs.length);
      return docs.map((each) => each.data());
    } catch (error) {
      throw unread(error, path);
    }
  }

  /** Count the documents of a query; each 1,000 are charged as one read. */
  async count(path: string, ...constraints: QueryConstraint[]): Promise<number> {
    this.usage.reads += 1;
    try {
      return (await getCountFromServer(query(this.collection(path), ...constraints))).data().count;
    } catch (error) {
      // The Firestore emulator takes no REST call below an id with a colon, which browsers make.
      if (isInvalid(error) && path.includes(':')) return (await this.find(path, ...constraints)).length;
      throw unread(error, path);
    }
  }

  /**
   * Commit writes atomically; `act` names the purpose in errors. Offline the commit and the promise
   * wait in the SDK's queue, and listeners show the writes at once.
   */
  async write(act: string, add: (batch: Batch) => void): Promise<void> {
    if (this.isClosed) throw closed(act);
    await this.settle(act, add);
  }

  /** Like `write`, but also after `close`: a chat that closes still writes its receipts. */
  async settle(act: string, add: (batch: Batch) => void): Promise<void> {
    try {
      const batch = writeBatch(this.db);
      add(this.batchOf(act, batch));
      await batch.commit();
    } catch (error) {
      throw explained(error, act);
    }
  }

  /**
   * Commit writes that depend on the server's state of a document. Nothing is locked: if the document
   * changed in between, it is read again. Needs a connection.
   */
  async writeAfterLook(
    act: string,
    path: string,
    add: (batch: Batch, known: DocumentData | undefined) => void,
  ): Promise<void> {
    if (this.isClosed) throw closed(act);
    try {
      await runTransaction(this.db, async (transaction) => {
        this.usage.reads += 1;
        const known = await transaction.get(this.document(path));
        add(this.batchOf(act, transaction), known.data());
      });
    } catch (error) {
      throw explained(error, act);
    }
  }

  /** Call a function; what is contended is called again a few times. */
  async call<Name extends keyof Calls>(name: Name, asked: Calls[Name]['asked']): Promise<Calls[Name]['answered']> {
    const act = CALLED[name];
    if (this.isClosed) throw closed(act);
    check(act, [{ name: 'asked', form: CALLABLES[name] }], [asked]);
    // A group without a unique name is the only thing that a repeat would make twice.
    const isIdempotent = name !== 'createGroupChat' || 'uniqueName' in asked;
    return untilUncontended(this.clock, isIdempotent, () => this.callOnce(name, asked));
  }

  protected async callOnce<Name extends keyof Calls>(name: Name, asked: Calls[Name]['asked']) {
    const act = CALLED[name];
    if (this.isClosed) throw closed(act);
    this.usage.calls += 1;
    try {
      const call = httpsCallable<object, Calls[Name]['answered']>(this.functions, name);
      return (await call(withoutUndefined(asked))).data;
    } catch (error) {
      throw explained(error, act);
    }
  }

  private batchOf(act: string, writes: Writes): Batch {
    return makeBatch(writes, (path, data) => {
      checkCarried(act, data);
      const document = this.document(path);
      this.usage.writes += 1;
      return document;
    });
  }

  private document(path: string): DocumentReference {
    checkCarried('find a document', path);
    return doc(this.db, path);
  }

  private collection(path: string): CollectionReference {
    checkCarried('find documents', path);
    return collection(this.db, path);
  }

  private keep(path: string, failed: Failed, listen: (failedToRead: (error: unknown) => void) => Stop): Stop {
    const unsubscribe = listen((error) => {
      this.listening.delete(stop);
      failed(unread(error, path));
    });
    const stop = (): void => {
      this.listening.delete(stop);
      unsubscribe();
    };
    this.listening.set(stop, failed);
    return stop;
  }
}

/** Drop undefined fields, which the SDK would refuse or send as null. */
export function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function closed(act: string): ParleyError {
  return new ParleyError({ act, reason: 'unauthenticated', code: 'unauthenticated', why: 'this Parley is closed' });
}

/** Report in a microtask, as the SDK does: the listening object is still being constructed. */
function tellClosed(failed: Failed, path: string): Stop {
  queueMicrotask(() => failed(closed(`read ${path}`)));
  return () => undefined;
}

/** Explain a refused read by the owner of the path. */
function unread(error: unknown, path: string): ParleyError {
  const [collectionName = '', owner] = path.split('/');
  const isOfChat = collectionName.startsWith('chat') && owner !== undefined;
  const isOfStaff = ['bans', 'chats', 'services', 'reports'].includes(collectionName) || owner?.startsWith('service:');
  return explained(error, `read ${path}`, isOfChat ? 'notAMember' : isOfStaff ? 'notStaff' : 'refused');
}

function isInvalid(error: unknown): boolean {
  return (error as { code?: string }).code === 'invalid-argument';
}
