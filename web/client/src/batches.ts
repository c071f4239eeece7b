/** Build the writes of one commit by path. */
import type { DocumentData, DocumentReference, FieldPath, SetOptions } from 'firebase/firestore';

/** Writes that are committed together or not at all. */
export interface Batch {
  /** Write the whole document, or only the field `only` of `data`; the rest of an existing document stays. */
  set(path: string, data: DocumentData, only?: FieldPath): void;
  update(path: string, data: DocumentData): void;
  /** Write one field of a map; its name may contain dots. */
  updateField(path: string, field: FieldPath, value: unknown): void;
  remove(path: string): void;
}

/** The methods that the SDK's batches and transactions share. */
export interface Writes {
  set(document: DocumentReference, data: DocumentData, options: SetOptions): unknown;
  update(document: DocumentReference, data: DocumentData): unknown;
  update(document: DocumentReference, field: FieldPath, value: unknown): unknown;
  delete(document: DocumentReference): unknown;
}

/** Wrap a batch or a transaction of the SDK; `documentAt` checks the data and counts the write. */
export function makeBatch(writes: Writes, documentAt: (path: string, data?: unknown) => DocumentReference): Batch {
  return {
    set: (path, data, only) => void writes.set(documentAt(path, data), data, only ? { mergeFields: [only] } : {}),
    update: (path, data) => void writes.update(documentAt(path, data), data),
    updateField: (path, field, value) => void writes.update(documentAt(path, value), field, value),
    remove: (path) => void writes.delete(documentAt(path)),
  };
}
