/**
 * The one place that speaks to the Firebase SDK's databases: every read, write and call of the
 * library passes here and is counted, since each has its price.
 */
import {
  collection, doc, getCountFromServer, getDoc, getDocFromServer, onSnapshot, query, writeBatch,
  type DocumentData, type Firestore, type QueryConstraint, type QueryDocumentSnapshot, type WriteBatch,
} from 'firebase/firestore';
import { httpsCallable, type Functions } from 'firebase/functions';
import type { Clock } from './pacing.js';
import type { Stop } from './live.js';

/** Documents read and written so far, as Firestore charges them; calls of functions. */
export interface Usage {
  reads: number;
  writes: number;
  calls: number;
}

/** Documents that a listener tells, in the order of its query. */
export interface Page {
  docs: QueryDocumentSnapshot[];
  /** Not confirmed by the server: offline, or before its first answer. */
  isFromCache: boolean;
}

/** Whether the rules said no. Everything else that can fail is retried by the SDK. */
export function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'permission-denied';
}

export class Connection {
  readonly usage: Usage = { reads: 0, writes: 0, calls: 0 };

  constructor(
    readonly db: Firestore,
    readonly functions: Functions,
    readonly uid: string,
    readonly clock: Clock,
  ) {}

  /** Listen to a query. */
  watch(
    path: string, constraints: QueryConstraint[],
    next: (page: Page) => void, failed: (error: Error) => void,
  ): Stop {
    const asked = query(collection(this.db, path), ...constraints);
    return onSnapshot(asked, { includeMetadataChanges: true }, (snapshot) => {
      const { fromCache } = snapshot.metadata;
      if (!fromCache) {
        this.usage.reads += snapshot.docChanges({ includeMetadataChanges: true })
          .filter(({ type, doc: each }) => type !== 'removed' && !each.metadata.hasPendingWrites).length;
      }
      next({ docs: snapshot.docs, isFromCache: fromCache });
    }, failed);
  }

  /** Listen to one document; nothing while there is none. */
  watchDocument(
    path: string, next: (data: DocumentData | undefined) => void, failed: (error: Error) => void,
  ): Stop {
    return onSnapshot(doc(this.db, path), (snapshot) => {
      const { fromCache, hasPendingWrites } = snapshot.metadata;
      if (!fromCache && !hasPendingWrites) this.usage.reads += 1;
      // Before the server has answered, its absence from the cache says nothing.
      if (snapshot.exists() || !fromCache) next(snapshot.data());
    }, failed);
  }

  async get(path: string): Promise<DocumentData | undefined> {
    this.usage.reads += 1;
    return (await getDoc(doc(this.db, path))).data();
  }

  /** Whether the server has the document, whatever waits in the SDK's queue. */
  async isThere(path: string): Promise<boolean> {
    this.usage.reads += 1;
    return (await getDocFromServer(doc(this.db, path))).exists();
  }

  /** How many documents a query finds; up to 1,000 are charged as one read. */
  async count(path: string, ...constraints: QueryConstraint[]): Promise<number> {
    this.usage.reads += 1;
    return (await getCountFromServer(query(collection(this.db, path), ...constraints))).data().count;
  }

  /**
   * Write all or nothing. Offline it waits in the SDK's queue, and the promise with it; listeners
   * show it at once.
   */
  async write(add: (batch: WriteBatch, at: (path: string) => ReturnType<typeof doc>) => void): Promise<void> {
    const batch = writeBatch(this.db);
    add(batch, (path) => {
      this.usage.writes += 1;
      return doc(this.db, path);
    });
    await batch.commit();
  }

  async call<T>(name: string, data: object): Promise<T> {
    this.usage.calls += 1;
    return (await httpsCallable<object, T>(this.functions, name)(data)).data;
  }
}
