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
const MENTIONS = 'say what mentions do';

/** A field of the document, and a key in it where it is a map. */
type Place = [field: keyof PushTokens, key?: string | undefined];

const INSTALLATION = /^[A-Za-z0-9_-]{1,64}$/;

/** One write sets or removes one device, one mute or the wish for mentions: the rules look at no more. */
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
    const known = { ...withoutUndefined(device), updatedAt: serverTimestamp() };
    await this.put(REGISTER, ['devices', installationId], known);
  }

  /** Push here no more; call before signing out. */
  unregister(installationId: string): Promise<void> {
    return this.take(UNREGISTER, ['devices', installationId]);
  }

  /** No push from this chat, for good or until a time; for those that mention one, see `hearMentions`. */
  mute(chatId: string, until?: Date): Promise<void> {
    return this.put(MUTE, ['muted', chatId], until ? Timestamp.fromDate(until) : true);
  }

  unmute(chatId: string): Promise<void> {
    return this.take(UNMUTE, ['muted', chatId]);
  }

  /** Whether messages that mention one are pushed from muted chats too: `always`, if nothing is said. */
  hearMentions(when: NonNullable<PushTokens['mentions']>): Promise<void> {
    return this.put(MENTIONS, ['mentions'], when);
  }

  /** One's devices and mutes, live; null before the first of either. */
  watch(): Live<PushTokens | null> {
    return watchOne<PushTokens>(this.connection, this.path);
  }

  private async put(act: string, [field, key]: Place, value: unknown): Promise<void> {
    try {
      await this.change(act, [field, key], value);
    } catch (error) {
      if (!isMissing(error)) throw error;
      const known = await this.connection.get(this.path) as PushTokens | undefined;
      if (known) throw field === 'devices' && isFull(known) ? tooMany(error) : error;
      const first = key === undefined ? value : { [key]: value };
      await this.connection.write(act, ({ set }) => set(this.path, { devices: {}, [field]: first }));
    }
  }

  private async take(act: string, place: Place): Promise<void> {
    try {
      await this.change(act, place, deleteField());
    } catch (error) {
      // Without a document there is nothing to take away.
      if (!isMissing(error) || await this.connection.isThere(this.path)) throw error;
    }
  }

  private change(act: string, [field, key]: Place, value: unknown): Promise<void> {
    // By a path: a merge of nested maps would take a dot in a uid for a border between names.
    const path = key === undefined ? new FieldPath(field) : new FieldPath(field, key);
    return this.connection.write(act, ({ updateField }) => updateField(this.path, path, value));
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

function isFull({ devices = {} }: PushTokens): boolean {
  return Object.keys(devices).length >= LIMITS.DEVICES;
}

function tooMany(cause: unknown): ParleyError {
  return new ParleyError({ act: REGISTER, reason: 'tooManyDevices', cause });
}
