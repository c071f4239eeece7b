/** Cloud Storage, loaded by the first file that is uploaded or shown. */
import {
  connectStorageEmulator,
  type FirebaseStorage,
  getBlob,
  getStorage,
  ref,
  uploadBytesResumable,
} from 'firebase/storage';
import type { Access } from './backend.js';

const PORT = 9199;
const opened = new WeakMap<Access, FirebaseStorage>();

function storageOf(access: Access): FirebaseStorage {
  let storage = opened.get(access);
  if (storage) return storage;
  storage = getStorage(access.app);
  if (access.emulators) connectStorageEmulator(storage, access.emulators.hostname, PORT + access.emulators.offset);
  opened.set(access, storage);
  return storage;
}

/**
 * Load a file that one may read, and answer an address of it that holds in this page alone; revoke it
 * (`URL.revokeObjectURL`) when it is not shown any more. A download address would let everybody read
 * the file who gets hold of it, for ever.
 */
export async function addressOf(access: Access, path: string): Promise<string> {
  return URL.createObjectURL(await load(access, path));
}

/** Load a file that one may read. */
export function load(access: Access, path: string): Promise<Blob> {
  return getBlob(ref(storageOf(access), path));
}

/** Upload a file, telling the share that has arrived, from 0 to 1. `signal` gives it up. */
export async function upload(
  access: Access,
  path: string,
  file: File,
  progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const task = uploadBytesResumable(ref(storageOf(access), path), file, { contentType: contentTypeOf(file) });
  signal?.addEventListener('abort', () => task.cancel());
  task.on('state_changed', ({ bytesTransferred, totalBytes }) =>
    progress(totalBytes ? bytesTransferred / totalBytes : 0),
  );
  await task;
}

export function contentTypeOf(file: File): string {
  return file.type || 'application/octet-stream';
}
