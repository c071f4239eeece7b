/** Which devices are pushed to, and which chats are quiet: one document, read by each push. */
import { deleteField, FieldPath, serverTimestamp, updateDoc, doc, setDoc, Timestamp } from 'firebase/firestore';
import type { PushDevice } from '../../../schema/exported/parley.js';
import { isRefusal, type Connection } from './connection.js';
import { paths } from './paths.js';

export type Device = Omit<PushDevice, 'updatedAt'>;

/** One write sets or removes one device or one mute: the rules look at no more. */
export class Devices {
  private readonly path: string;

  constructor(private readonly connection: Connection) {
    this.path = paths.pushTokens(connection.uid);
  }

  /**
   * Push to this installation from now on. Call at each start and whenever the vendor gives a new
   * token; at most 20 are kept, the 21st is refused.
   */
  register(installationId: string, device: Device): Promise<void> {
    return this.put('devices', installationId, { ...device, updatedAt: serverTimestamp() });
  }

  /** Push here no more; call before signing out. */
  unregister(installationId: string): Promise<void> {
    return this.take('devices', installationId);
  }

  /** No push from this chat, for good or until a time. */
  mute(chatId: string, until?: Date): Promise<void> {
    return this.put('muted', chatId, until ? Timestamp.fromDate(until) : true);
  }

  unmute(chatId: string): Promise<void> {
    return this.take('muted', chatId);
  }

  private async put(map: 'devices' | 'muted', key: string, value: unknown): Promise<void> {
    // By a path: a merge of nested maps would take a dot in a uid for a border between names.
    try {
      await this.change(map, key, value);
    } catch (error) {
      if (!isMissing(error) || await this.connection.isThere(this.path)) throw error;
      this.connection.usage.writes += 1;
      await setDoc(doc(this.connection.db, this.path), { devices: {}, [map]: { [key]: value } });
    }
  }

  private async take(map: 'devices' | 'muted', key: string): Promise<void> {
    try {
      await this.change(map, key, deleteField());
    } catch (error) {
      // Without a document there is nothing to take away.
      if (!isMissing(error) || await this.connection.isThere(this.path)) throw error;
    }
  }

  private change(map: 'devices' | 'muted', key: string, value: unknown): Promise<void> {
    this.connection.usage.writes += 1;
    return updateDoc(doc(this.connection.db, this.path), new FieldPath(map, key), value);
  }
}

/** To update a document that is not there is refused by the rules or answered `not-found`. */
function isMissing(error: unknown): boolean {
  return isRefusal(error) || (error as { code?: unknown } | null)?.code === 'not-found';
}
