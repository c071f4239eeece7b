/** The user's own record, other people's profiles, and blocks. */
import { serverTimestamp } from 'firebase/firestore';
import type { Profile, User, UserBlock } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { BLOCKS, ME, PEOPLE } from './callForms.js';
import type { ConsentAnswer } from './calls.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import { isRefusal } from './errors.js';
import type { Live } from './live.js';
import { isWithin } from './pacing.js';
import { paths } from './paths.js';
import { Remembered } from './remembered.js';
import { watchById, watchOneOfSomebody } from './watching.js';

/** The user's own record: name and picture are public, the rest is private. */
export type Introduction = Pick<User, 'displayName' | 'phone' | 'email' | 'locale' | 'timeZone' | 'whoMayAddMe'> &
  Pick<Profile, 'photoUrl'>;

const HOUR_MS = 3_600_000;

/** The user's own record. */
export class Me {
  /** When the user was last seen, by this device's clock or the server's. */
  private lastSeen = -Infinity;

  constructor(private readonly connection: Connection) {
    checkCalls<Me>(this, ME);
  }

  get(): Promise<User | undefined> {
    return this.connection.get(paths.user(this.connection.uid)) as Promise<User | undefined>;
  }

  /** Create or change the record and the profile. Omitted fields stay. */
  async introduce({ photoUrl, ...introduction }: Introduction): Promise<void> {
    const { displayName } = introduction;
    const { uid } = this.connection;
    const [user, profile] = [paths.user(uid), paths.profile(uid)];
    const fields = withoutUndefined(introduction);
    const shown = withoutUndefined({ displayName, photoUrl });
    const [isKnown, isShown] = await Promise.all([this.connection.isThere(user), this.connection.isThere(profile)]);
    await this.connection.write(ACTS.introduce, (batch) => {
      if (isKnown) batch.update(user, fields);
      else batch.set(user, { ...fields, createdAt: serverTimestamp() });
      if (isShown) batch.update(profile, shown);
      else batch.set(profile, shown);
    });
  }

  /** Agree to a service's messages of one purpose on one channel, or withdraw that. */
  async answer(serviceId: string, consent: ConsentAnswer): Promise<void> {
    await this.connection.call('updateConsent', { ...consent, serviceId });
  }

  /**
   * Record that the user is here. Call when the app comes to the front. Written at most once an hour,
   * by the first device.
   */
  async seen(): Promise<void> {
    const now = this.connection.clock.now();
    if (isWithin(HOUR_MS, this.lastSeen, now)) return;
    this.lastSeen = now;
    try {
      const last = (await this.get())?.lastSeenAt?.toMillis() ?? -Infinity;
      if (isWithin(HOUR_MS, last, now)) this.lastSeen = last;
      else await this.tellSeen();
    } catch (error) {
      this.lastSeen = -Infinity;
      throw error;
    }
  }

  private async tellSeen(): Promise<void> {
    const { uid } = this.connection;
    const lastSeenAt = serverTimestamp();
    try {
      await this.connection.write(ACTS.seen, ({ update }) => {
        update(paths.user(uid), { lastSeenAt });
        update(paths.profile(uid), { lastSeenAt });
      });
    } catch (error) {
      // Another device was first, or this one's clock is ahead: the hour is told, or will be.
      if (!isRefusal(error)) throw error;
    }
  }
}

const PROFILES = 500;

/** Other people's profiles. */
export class People {
  private readonly profiles: Remembered<Profile>;

  constructor(private readonly connection: Connection) {
    this.profiles = new Remembered(
      PROFILES,
      (uid) => connection.get(paths.profile(uid)) as Promise<Profile | undefined>,
    );
    checkCalls<People>(this, PEOPLE);
  }

  /** Return a profile: one read, then from memory. */
  profile(uid: string): Promise<Profile | undefined> {
    return this.profiles.get(uid);
  }

  /** Watch a profile, to show when a person was last seen. Null if there is none. */
  watch(uid: string): Live<Profile | null> {
    return watchOneOfSomebody<Profile>(this.connection, paths.profile(uid));
  }
}

/** People who are blocked from the direct chat. */
export class Blocks {
  constructor(private readonly connection: Connection) {
    checkCalls<Blocks>(this, BLOCKS);
  }

  block(otherUid: string): Promise<void> {
    return this.connection.write(ACTS.block, ({ set }) => {
      set(this.path(otherUid), { createdAt: serverTimestamp() });
    });
  }

  unblock(otherUid: string): Promise<void> {
    return this.connection.write(ACTS.unblock, ({ remove }) => remove(this.path(otherUid)));
  }

  async isBlocked(otherUid: string): Promise<boolean> {
    return (await this.connection.get(this.path(otherUid))) !== undefined;
  }

  /** Watch all blocks by uid. */
  watch(): Live<Map<string, UserBlock>> {
    return watchById<UserBlock>(this.connection, paths.blocked(this.connection.uid));
  }

  private path(otherUid: string): string {
    return `${paths.blocked(this.connection.uid)}/${otherUid}`;
  }
}
