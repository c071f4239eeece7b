/** The files that go with the next message of a chat. */
import { type Attachment, attachmentPath } from 'parley-client';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Access } from './backend.js';
import { type FileToSend, UploadList } from './uploadList.js';

export type { FileToSend };

export interface Uploads {
  files: readonly FileToSend[];
  /** Whether all of them can go with a message. */
  areReady: boolean;
  add(chosen: Iterable<File>): void;
  retry(id: string): void;
  remove(id: string): void;
  /** Take what was uploaded for a message, and begin anew. */
  take(): Attachment[];
  /** Show files again that were taken for a message which was not sent. */
  restore(attachments: readonly Attachment[]): void;
}

/** Files of one person for one chat, for as long as the component is on the screen. */
export function useUploads(access: Access, chatId: string, uid: string): Uploads {
  const [list] = useState(
    () =>
      new UploadList(
        async (...asked) => (await import('./files.js')).upload(access, ...asked),
        () => attachmentPath(chatId, uid),
      ),
  );
  useEffect(() => () => list.close(), [list]);
  const files = useSyncExternalStore(list.subscribe, list.snapshot);
  return useMemo(
    () => ({
      files,
      areReady: files.every(({ state }) => state === 'uploaded'),
      add: (chosen) => list.add(chosen),
      retry: (id) => list.retry(id),
      remove: (id) => list.remove(id),
      take: () => list.take(),
      restore: (attachments) => list.restore(attachments),
    }),
    [files, list],
  );
}
