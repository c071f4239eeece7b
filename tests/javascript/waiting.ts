/** Waiting for what comes, with a deadline; and listeners that remember all they were told. */
import assert from 'node:assert/strict';
import {
  type DocumentData,
  type DocumentReference,
  onSnapshot,
  type Query,
  type QueryDocumentSnapshot,
} from 'firebase/firestore';

/**
 * Of two targets that begin at once the emulator now and then mixes the frames. The SDK takes that for
 * RESOURCE_EXHAUSTED, and connects again after its longest back-off: 30 to 90 s.
 */
const SECONDS = 120;
const POLL_MS = 50;

/** Ask until it holds; at the deadline a failure shows the last answer. */
export async function until<T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + SECONDS * 1000;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) {
      assert.fail(`waited ${SECONDS} s in vain for ${what}; last: ${JSON.stringify(answer)}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

export interface Told {
  docs: { id: string; data: DocumentData }[];
  fromCache: boolean;
  hasPendingWrites: boolean;
}

const plain = (snapshot: QueryDocumentSnapshot): Told['docs'][number] => ({
  id: snapshot.id,
  data: snapshot.data({ serverTimestamps: 'estimate' }),
});

/** A listener that keeps every snapshot it was told. */
export class Listener {
  readonly told: Told[] = [];
  failure: Error | undefined;
  readonly stop: () => void;

  constructor(asked: Query | DocumentReference) {
    const options = { includeMetadataChanges: true };
    const fail = (error: Error): void => {
      this.failure = error;
    };
    this.stop =
      asked.type === 'document'
        ? onSnapshot(
            asked,
            options,
            (snapshot) =>
              this.told.push({
                docs: snapshot.exists() ? [plain(snapshot)] : [],
                fromCache: snapshot.metadata.fromCache,
                hasPendingWrites: snapshot.metadata.hasPendingWrites,
              }),
            fail,
          )
        : onSnapshot(
            asked,
            options,
            (snapshot) =>
              this.told.push({
                docs: snapshot.docs.map(plain),
                fromCache: snapshot.metadata.fromCache,
                hasPendingWrites: snapshot.metadata.hasPendingWrites,
              }),
            fail,
          );
  }

  get last(): Told | undefined {
    return this.told.at(-1);
  }

  get ids(): string[] {
    return (this.last?.docs ?? []).map(({ id }) => id);
  }

  /** Wait for what fits. */
  async until(fits: (told: Told) => boolean, what: string): Promise<Told> {
    const found = await until(
      () => this.failure ?? this.last,
      (last) => last instanceof Error || (last !== undefined && fits(last)),
      what,
    );
    if (found instanceof Error) throw found;
    assert.ok(found);
    return found;
  }

  /** Wait for the server's word. */
  live(): Promise<Told> {
    return this.until(({ fromCache }) => !fromCache, 'the server');
  }
}
