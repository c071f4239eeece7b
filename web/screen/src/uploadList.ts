/** Files on their way to Cloud Storage, before the message that names them is sent. */
import { type Attachment, LIMITS, newId } from 'parley-client';

export interface FileToSend {
  id: string;
  name: string;
  size: number;
  /** The share that has arrived, from 0 to 1. */
  share: number;
  state: 'uploading' | 'uploaded' | 'failed' | 'tooLarge';
  attachment: Attachment;
}

/** Put a file to a path, telling the share that has arrived; the signal gives it up. */
export type Put = (path: string, file: File, told: (share: number) => void, signal: AbortSignal) => Promise<void>;

interface Held extends FileToSend {
  /** Missing of one that was uploaded for a message that was taken back. */
  file?: File;
  giveUp: AbortController;
}

/** At most as many files as a message may have, each with what became of it. */
export class UploadList {
  private held: readonly Held[] = [];
  private readonly listeners = new Set<() => void>();

  /** `newPath` draws the path of one more file. */
  constructor(
    private readonly put: Put,
    private readonly newPath: () => string,
  ) {}

  add(chosen: Iterable<File>): void {
    for (const file of [...chosen].slice(0, LIMITS.ATTACHMENTS - this.held.length)) {
      const name = (file.name || 'file').slice(-LIMITS.ATTACHMENT_NAME);
      const one: Held = {
        id: newId(),
        name,
        size: file.size,
        share: 0,
        state: file.size > LIMITS.ATTACHMENT_BYTES ? 'tooLarge' : 'uploading',
        attachment: {
          path: this.newPath(),
          contentType: file.type || 'application/octet-stream',
          size: file.size,
          name,
        },
        file,
        giveUp: new AbortController(),
      };
      this.keep([...this.held, one]);
      if (one.state === 'uploading') void this.begin(one, file);
    }
  }

  /** Upload one again that failed. */
  retry(id: string): void {
    const one = this.held.find((each) => each.id === id && each.state === 'failed');
    if (!one?.file) return;
    this.change(id, { state: 'uploading', share: 0 });
    void this.begin(one, one.file);
  }

  remove(id: string): void {
    this.held.find((each) => each.id === id)?.giveUp.abort();
    this.keep(this.held.filter((each) => each.id !== id));
  }

  /** Take what was uploaded for a message, and begin anew. */
  take(): Attachment[] {
    const taken = this.held.filter(({ state }) => state === 'uploaded').map(({ attachment }) => attachment);
    this.keep([]);
    return taken;
  }

  /** Show files again that were taken for a message which was not sent. */
  restore(attachments: readonly Attachment[]): void {
    const restored = attachments.map(
      (attachment): Held => ({
        id: newId(),
        name: attachment.name,
        size: attachment.size,
        share: 1,
        state: 'uploaded',
        attachment,
        giveUp: new AbortController(),
      }),
    );
    this.keep([...restored, ...this.held]);
  }

  /** Give up what is on its way. */
  close(): void {
    for (const { giveUp } of this.held) giveUp.abort();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): readonly FileToSend[] => this.held;

  private async begin({ id, attachment: { path }, giveUp }: Held, file: File): Promise<void> {
    try {
      await this.put(path, file, (share) => this.change(id, { share }), giveUp.signal);
      this.change(id, { share: 1, state: 'uploaded' });
    } catch {
      this.change(id, { state: 'failed' });
    }
  }

  private change(id: string, changes: Partial<FileToSend>): void {
    this.keep(this.held.map((each) => (each.id === id ? { ...each, ...changes } : each)));
  }

  private keep(held: readonly Held[]): void {
    this.held = held;
    for (const listener of [...this.listeners]) listener();
  }
}
