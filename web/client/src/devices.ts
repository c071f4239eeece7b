/** Which devices are pushed to, and which chats are quiet: one document, read by each push. */
import { deleteField, FieldPath, serverTimestamp, Timestamp } from 'firebase/firestore';
import type { PushDevice, PushTokens } from '../../../schema/exported/parley.js';
import { withoutUndefined, type Connection } from './connection.js';
import { checkText } from './drafts.js';
import { isRefusal, ParleyError, wrongArgument } from './errors.js';
import { LIMITS } from './limits.js';
import type { Live } from './live.js';
import { paths } from './paths.js';
import { watchOne } from './watching.js';

export type Device = Omit<PushDevice, 'updatedAt'>;

const REGISTER = 'register a device for push';
const UNREGISTER = 'unregister a device';
const MUTE = 'mute a chat';
const UNMUTE = 'unmute a chat';

const INSTALLATION = /^[A-Za-z0-9_-]{1,64}$/;

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
  async register(installationId: string, device: Device): Promise<void> {
    if (!INSTALLATION.test(installationId)) {
      throw wrongArgument(REGISTER, 'installationId', 'must be 1 to 64 of A-Z, a-z, 0-9, _ and -', installationId);
    }
    checkText(REGISTER, 'token', device.token, LIMITS.PUSH_TOKEN);
    await this.put(REGISTER, 'devices', installationId, { ...withoutUndefined(device), updatedAt: serverTimestamp() });
  }

  /** Push here no more; call before signing out. */
  unregister(installationId: string): Promise<void> {
    return this.take(UNREGISTER, 'devices', installationId);
  }

  /** No push from this chat, for good or until a time; a message that mentions one is pushed all the same. */
  mute(chatId: string, until?: Date): Promise<void> {
    return this.put(MUTE, 'muted', chatId, until ? Timestamp.fromDate(until) : true);
  }

  unmute(chatId: string): Promise<void> {
    return this.take(UNMUTE, 'muted', chatId);
  }

  /** One's devices and mutes, live; null before the first of either. */
  watch(): Live<PushTokens | null> {
    return watchOne<PushTokens>(this.connection, this.path);
  }

  private async put(act: string, map: 'devices' | 'muted', key: string, value: unknown): Promise<void> {
    // By a path: a merge of nested maps would take a dot in a uid for a border between names.
    try {
      await this.change(act, map, key, value);
    } catch (error) {
      if (!isMissing(error)) throw error;
      const known = await this.connection.get(this.path) as PushTokens | undefined;
      if (known) throw Object.keys(known.devices ?? {}).length >= LIMITS.DEVICES ? tooMany(error) : error;
      await this.connection.write(act, ({ set }) => set(this.path, { devices: {}, [map]: { [key]: value } }));
    }
  }

  private async take(act: string, map: 'devices' | 'muted', key: string): Promise<void> {
    try {
      await this.change(act, map, key, deleteField());
    } catch (error) {
      // Without a document there is nothing to take away.
      if (!isMissing(error) || await this.connection.isThere(this.path)) throw error;
    }
  }

  private change(act: string, map: 'devices' | 'muted', key: string, value: unknown): Promise<void> {
    return this.connection.write(act, ({ updateField }) => updateField(this.path, new FieldPath(map, key), value));
  }
}

/** Whether a push from this chat is kept back at this moment. */
export function isMuted(tokens: PushTokens | null, chatId: string, now = Date.now()): boolean {
  const until = tokens?.muted?.[chatId];
  return until === true || (until !== undefined && until.toMillis() > now);
}

/** To update a document that is not there is refused by the rules or answered `not-found`. */
function isMissing(error: unknown): boolean {
  return isRefusal(error) || (error as ParleyError).code === 'not-found';
}

function tooMany(cause: unknown): ParleyError {
  return new ParleyError({ act: REGISTER, reason: 'tooManyDevices', cause });
}
