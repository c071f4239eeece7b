/** Oneself, the others, and whom one hears no more from. */
import { serverTimestamp } from 'firebase/firestore';
import type { Profile, User, UserBlock } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { BLOCKS, ME, PEOPLE } from './callForms.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import { isRefusal } from './errors.js';
import type { Live } from './live.js';
import { isWithin } from './pacing.js';
import { paths } from './paths.js';
import { Remembered } from './remembered.js';
import { watchById, watchOne } from './watching.js';

/** What one says of oneself: the name and the picture for everybody, the rest for Parley alone. */
export type Introduction = Pick<User, 'displayName' | 'phone' | 'email' | 'locale' | 'timeZone'> &
  Pick<Profile, 'photoUrl'>;

const HOUR_MS = 3_600_000;

/** One's own record. */
export class Me {
  /** When one was seen last, by this device's clock or the server's. */
  private lastSeen = -Infinity;

  constructor(private readonly connection: Connection) {
    checkCalls<Me>(this, ME);
  }

  get(): Promise<User | undefined> {
    return this.connection.get(paths.user(this.connection.uid)) as Promise<User | undefined>;
  }

  /** Call after signing up, and whenever something changes; what is not named stays as it was. */
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

  /**
   * That one is here: call whenever the app comes to the front. It is written at most once an hour,
   * from whichever device is first.
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

/** The others, as their profiles show them. */
export class People {
  private readonly profiles: Remembered<Profile>;

  constructor(private readonly connection: Connection) {
    this.profiles = new Remembered(
      PROFILES,
      (uid) => connection.get(paths.profile(uid)) as Promise<Profile | undefined>,
    );
    checkCalls<People>(this, PEOPLE);
  }

  /** A read the first time; then what was read then. */
  profile(uid: string): Promise<Profile | undefined> {
    return this.profiles.get(uid);
  }

  /** Live, to show when somebody was last seen. Null if there is no such person. */
  watch(uid: string): Live<Profile | null> {
    return watchOne<Profile>(this.connection, paths.profile(uid));
  }
}

/** Whom one hears no more from in a direct chat. */
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

  /** All of them, by their uids. */
  watch(): Live<Map<string, UserBlock>> {
    return watchById<UserBlock>(this.connection, paths.blocked(this.connection.uid));
  }

  private path(otherUid: string): string {
    return `${paths.blocked(this.connection.uid)}/${otherUid}`;
  }
}
