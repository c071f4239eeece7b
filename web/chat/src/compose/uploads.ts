/** Files on their way to Cloud Storage, before the message that names them is sent. */
import { type Attachment, attachmentPath, LIMITS, newId } from 'parley-client';
import { useEffect, useReducer, useRef } from 'react';
import { useSession } from '../session/session.js';

export interface FileToSend {
  id: string;
  name: string;
  size: number;
  /** The share that has arrived, from 0 to 1. */
  share: number;
  state: 'uploading' | 'uploaded' | 'failed' | 'tooLarge';
  attachment: Attachment;
}

interface Held extends FileToSend {
  giveUp: AbortController;
}

export interface Uploads {
  files: FileToSend[];
  /** Whether all of them can go with a message. */
  areReady: boolean;
  add(chosen: Iterable<File>): void;
  remove(id: string): void;
  /** Take what was uploaded for a message, and begin anew. */
  take(): Attachment[];
}

export function useUploads(chatId: string): Uploads {
  const { backend, uid } = useSession();
  const held = useRef(new Map<string, Held>());
  const [, redraw] = useReducer((count: number) => count + 1, 0);

  useEffect(() => {
    const files = held.current;
    return () => {
      for (const { giveUp } of files.values()) giveUp.abort();
    };
  }, []);

  function change(id: string, changes: Partial<FileToSend>): void {
    const before = held.current.get(id);
    if (!before) return;
    held.current.set(id, { ...before, ...changes });
    redraw();
  }

  async function begin(id: string, file: File, { attachment, giveUp }: Held): Promise<void> {
    const { upload } = await import('parley-screen/files.js');
    const told = (share: number): void => change(id, { share });
    await upload(backend, attachment.path, file, told, giveUp.signal);
    change(id, { share: 1, state: 'uploaded' });
  }

  const files = [...held.current.values()];
  return {
    files,
    areReady: files.every(({ state }) => state === 'uploaded'),
    add(chosen) {
      for (const file of chosen) {
        if (held.current.size >= LIMITS.ATTACHMENTS) break;
        const id = newId();
        const name = (file.name || 'file').slice(-LIMITS.ATTACHMENT_NAME);
        const contentType = file.type || 'application/octet-stream';
        const one: Held = {
          id,
          name,
          size: file.size,
          share: 0,
          state: file.size > LIMITS.ATTACHMENT_BYTES ? 'tooLarge' : 'uploading',
          attachment: { path: attachmentPath(chatId, uid), contentType, size: file.size, name },
          giveUp: new AbortController(),
        };
        held.current.set(id, one);
        if (one.state === 'uploading') begin(id, file, one).catch(() => change(id, { state: 'failed' }));
      }
      redraw();
    },
    remove(id) {
      held.current.get(id)?.giveUp.abort();
      held.current.delete(id);
      redraw();
    },
    take() {
      const taken = [...held.current.values()].map(({ attachment }) => attachment);
      held.current.clear();
      redraw();
      return taken;
    },
  };
}
