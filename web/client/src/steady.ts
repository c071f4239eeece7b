/** Objects that stay the same while what they show does, so that a screen draws anew only what has changed. */
import type { QueryDocumentSnapshot, QuerySnapshot } from 'firebase/firestore';

/** The SDK makes each document anew for each snapshot of a listener. */
export class SteadyDocuments {
  private readonly known = new Map<string, QueryDocumentSnapshot>();

  /** Return the documents of the next snapshot, and how many of them the server has sent since the last one. */
  hear(snapshot: QuerySnapshot): { docs: QueryDocumentSnapshot[]; read: number } {
    let read = 0;
    for (const { type, doc } of snapshot.docChanges({ includeMetadataChanges: true })) {
      if (type === 'removed') {
        this.known.delete(doc.id);
        continue;
      }
      this.known.set(doc.id, doc);
      if (!doc.metadata.hasPendingWrites) read += 1;
    }
    return { docs: snapshot.docs.map((each) => this.known.get(each.id) ?? each), read };
  }
}

/** Return a function that makes each thing once, and answers the same one as long as its origin is held. */
export function madeOnce<Origin extends object, Made>(make: (origin: Origin) => Made): (origin: Origin) => Made {
  const made = new WeakMap<Origin, { value: Made }>();
  return (origin) => {
    let found = made.get(origin);
    if (!found) {
      found = { value: make(origin) };
      made.set(origin, found);
    }
    return found.value;
  };
}
