/** Files on their way into Cloud Storage, to be attached to the next answer. */
import { type Attachment, attachmentPath, type ChatSession, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useCallback, useMemo, useState } from 'react';
import { useSession } from '../../session/session.js';

export interface Uploading {
  id: number;
  name: string;
  /** From 0 to 1. */
  share: number;
  attachment?: Attachment;
}

export interface Files {
  list: readonly Uploading[];
  isBusy: boolean;
  done: readonly Attachment[];
  add(files: Iterable<File> | ArrayLike<File>): void;
  remove(id: number): void;
  /** Hand over what is uploaded, and begin anew. */
  take(): Attachment[];
  /** Show files again that were handed over. */
  restore(attachments: readonly Attachment[]): void;
}

let next = 1;

export function useFiles({ chatId }: ChatSession): Files {
  const { backend, uid } = useSession();
  const attempt = useAttempt();
  const [list, setList] = useState<readonly Uploading[]>([]);

  const remove = useCallback((id: number) => setList((before) => before.filter((each) => each.id !== id)), []);
  const change = useCallback(
    (id: number, changes: Partial<Uploading>) =>
      setList((before) => before.map((each) => (each.id === id ? { ...each, ...changes } : each))),
    [],
  );

  const uploadOne = useCallback(
    async (file: File) => {
      const id = next;
      next += 1;
      const path = attachmentPath(chatId, uid);
      setList((before) => [...before, { id, name: file.name, share: 0 }]);
      const isDone = await attempt(async () => {
        const { contentTypeOf, upload } = await import('parley-screen/files.js');
        await upload(backend, path, file, (share) => change(id, { share }));
        change(id, {
          share: 1,
          attachment: { path, contentType: contentTypeOf(file), size: file.size, name: file.name },
        });
      });
      if (!isDone) remove(id);
    },
    [backend, uid, chatId, attempt, change, remove],
  );

  const restore = useCallback((attachments: readonly Attachment[]) => {
    const restored = attachments.map((attachment) => {
      const id = next;
      next += 1;
      return { id, name: attachment.name ?? '', share: 1, attachment };
    });
    setList((before) => [...restored, ...before]);
  }, []);

  return useMemo(() => {
    const done = list.flatMap(({ attachment }) => (attachment ? [attachment] : []));
    return {
      list,
      isBusy: done.length < list.length,
      done,
      add: (files) => {
        for (const file of Array.from(files).slice(0, LIMITS.ATTACHMENTS - list.length)) void uploadOne(file);
      },
      remove,
      take: () => {
        setList([]);
        return done;
      },
      restore,
    };
  }, [list, uploadOne, remove, restore]);
}
