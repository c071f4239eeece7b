/** Devices that get pushes, and muted chats: one document, read by each push. */
import { deleteField, FieldPath, serverTimestamp, Timestamp } from 'firebase/firestore';
import type { PushDevice, PushTokens } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { DEVICES } from './callForms.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import { isRefusal, ParleyError, wrongArguments, wrongField } from './errors.js';
import { LIMITS } from './limits.js';
import type { Live } from './live.js';
import { paths } from './paths.js';
import { watchOne } from './watching.js';

export type Device = Omit<PushDevice, 'updatedAt'>;

/** A field of the document, and a key if the field is a map. */
type Place = [field: keyof PushTokens, key?: string | undefined];

/** One write changes one device, one mute or the setting for mentions, since the rules check no more. */
export class Devices {
  private readonly path: string;

  constructor(private readonly connection: Connection) {
    this.path = paths.pushTokens(connection.uid);
    checkCalls<Devices>(this, DEVICES);
  }

  /**
   * Register this installation for push. Call at each start and when the vendor changes the token.
   * The limit is 20 devices.
   */
  async register(installationId: string, device: Device): Promise<void> {
    const known = { ...withoutUndefined(device), updatedAt: serverTimestamp() };
    const place = fieldPath(['devices', installationId]);
    try {
      // Write only this field: another device may create the document at the same moment.
      await this.connection.write(ACTS.register, ({ set }) => {
        set(this.path, { devices: { [installationId]: known } }, place);
      });
    } catch (error) {
      throw isRefusal(error) && (await this.isFull()) ? tooMany(error) : error;
    }
  }

  /** Stop pushes to this installation; call before signing out. */
  unregister(installationId: string): Promise<void> {
    return this.take(ACTS.unregister, ['devices', installationId]);
  }

  /** Mute a chat for good or until a time. `hearMentions` decides about mentions. */
  mute(chatId: string, until?: Date): Promise<void> {
    return this.put(ACTS.mute, ['muted', chatId], until ? Timestamp.fromDate(until) : true);
  }

  unmute(chatId: string): Promise<void> {
    return this.take(ACTS.unmute, ['muted', chatId]);
  }

  /** Set whether muted chats push messages that mention the user; the default is `always`. */
  hearMentions(when: NonNullable<PushTokens['mentions']>): Promise<void> {
    return this.put(ACTS.hearMentions, ['mentions'], when);
  }

  /** The user's devices and mutes, live; null before the first of either. */
  watch(): Live<PushTokens | null> {
    return watchOne<PushTokens>(this.connection, this.path);
  }

  private async put(act: string, place: Place, value: unknown): Promise<void> {
    try {
      await this.change(act, place, value);
    } catch (error) {
      if (!isMissing(error)) throw error;
      const [field, key] = place;
      // The rules want `devices` in it, and those that are registered at this moment must stay.
      await this.connection.writeAfterLook(act, this.path, (batch, known) => {
        if (known) {
          if (field === 'muted' && key !== undefined) checkRoom(act, known as PushTokens, key);
          batch.updateField(this.path, fieldPath(place), value);
        } else batch.set(this.path, { devices: {}, [field]: key === undefined ? value : { [key]: value } });
      });
    }
  }

  private async take(act: string, place: Place): Promise<void> {
    try {
      await this.change(act, place, deleteField());
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Without a document there is nothing to take away; it may have been made meanwhile.
      if (await this.connection.isThere(this.path)) await this.change(act, place, deleteField());
    }
  }

  private change(act: string, place: Place, value: unknown): Promise<void> {
    return this.connection.write(act, ({ updateField }) => updateField(this.path, fieldPath(place), value));
  }

  private async isFull(): Promise<boolean> {
    const { devices = {} } = ((await this.connection.get(this.path)) ?? {}) as Partial<PushTokens>;
    return Object.keys(devices).length >= LIMITS.DEVICES;
  }
}

/** By a path: a merge of nested maps would take a dot in a uid for a border between names. */
function fieldPath([field, key]: Place): FieldPath {
  return key === undefined ? new FieldPath(field) : new FieldPath(field, key);
}

/** Whether this chat is muted now. */
export function isMuted(tokens: PushTokens | null, chatId: string, now = Date.now()): boolean {
  const until = tokens?.muted?.[chatId];
  return until === true || (until !== undefined && until.toMillis() > now);
}

/** Whether an update failed for a missing document: the rules refuse it, or it is `not-found`. */
function isMissing(error: unknown): boolean {
  return isRefusal(error) || (error as ParleyError).code === 'not-found';
}

/** For one mute more. */
function checkRoom(act: string, { muted = {} }: PushTokens, chatId: string): void {
  if (chatId in muted || Object.keys(muted).length < LIMITS.MUTES) return;
  throw wrongArguments(act, [wrongField('chatId', 'too many chats are muted', chatId, LIMITS.MUTES)]);
}

function tooMany(cause: unknown): ParleyError {
  return new ParleyError({ act: ACTS.register, reason: 'tooManyDevices', cause });
}
