/** A connection of which the test tells what its listeners hear. */
import type { DocumentData, QueryConstraint, QueryDocumentSnapshot } from 'firebase/firestore';
import type { Connection, Page } from '../../src/connection.js';
import type { ParleyError } from '../../src/errors.js';

/** A listener, in the order in which they began. */
interface Told {
  asked: QueryConstraint[];
  hear(page: Page): void;
  fail(error: ParleyError): void;
}

export class ToldConnection {
  /** Those that were ever begun; who has stopped listening hears nothing. */
  readonly listeners: Told[] = [];
  private readonly listening = new Set<Told>();
  /** What single reads find; an error is thrown. */
  readonly documents = new Map<string, DocumentData | ParleyError>();

  get asConnection(): Connection {
    return this as unknown as Connection;
  }

  /** The places of those that listen. */
  get places(): number[] {
    return [...this.listening].map((each) => this.listeners.indexOf(each));
  }

  getFromServer(path: string): Promise<DocumentData | undefined> {
    const found = this.documents.get(path);
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  }

  get(path: string): Promise<DocumentData | undefined> {
    return this.getFromServer(path);
  }

  watch(_path: string, asked: QueryConstraint[], next: Told['hear'], failed: Told['fail']): () => void {
    const told: Told = { asked, hear: next, fail: failed };
    this.listeners.push(told);
    this.listening.add(told);
    return () => void this.listening.delete(told);
  }

  /** Tell the listener at this place, if it still listens. */
  tell(place: number, docs: QueryDocumentSnapshot[], isFromCache = false): void {
    const told = this.told(place);
    if (told) told.hear({ docs, isFromCache });
  }

  fail(place: number, error: ParleyError): void {
    const told = this.told(place);
    if (told) told.fail(error);
  }

  private told(place: number): Told | undefined {
    const told = this.listeners[place];
    if (!told) throw new Error(`nobody began to listen at place ${place}`);
    return this.listening.has(told) ? told : undefined;
  }
}

export function stored(id: string, data: Record<string, unknown> = {}): QueryDocumentSnapshot {
  const snapshot = { id, data: () => data, get: (field: string) => data[field] };
  return snapshot as unknown as QueryDocumentSnapshot;
}
