/** The entry point: a `Parley` for the signed-in user. */
import type { Firestore } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { ACTS } from './acts.js';
import { PARLEY } from './callForms.js';
import { ChatList } from './chatList.js';
import { check, checkCalls } from './checking.js';
import { Connection, type Usage } from './connection.js';
import { Dashboard } from './dashboard.js';
import { Deliveries } from './deliveries.js';
import { Devices } from './devices.js';
import { Health } from './health.js';
import { OwnHorizons } from './horizons.js';
import type { Stop } from './live.js';
import { Opening } from './opening.js';
import { type Clock, systemClock } from './pacing.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { Blocks, Me, People } from './people.js';
import { ChatSession } from './session.js';
import { uid as uidForm } from './valueForms.js';

/** How long `close` waits for receipts to be written; offline it would not end. */
export const CLOSING_MS = 3_000;

export interface Settings {
  db: Firestore;
  functions: Functions;
  /** The uid of the signed-in user, without `:` and `/`. Make a new `Parley` for another user. */
  uid: string;
  clock?: Clock;
}

export interface ListSettings extends Paging {
  /** Confirm to senders that listed messages arrived. Costs a read for each unread chat, then a write for each burst. */
  confirmsDelivery?: boolean;
}

export class Parley {
  readonly me: Me;
  readonly people: People;
  readonly open: Opening;
  readonly devices: Devices;
  readonly blocks: Blocks;
  private readonly connection: Connection;
  private readonly horizons: OwnHorizons;

  constructor({ db, functions, uid, clock = systemClock }: Settings) {
    check(ACTS.begin, [{ name: 'uid', form: uidForm }], [uid]);
    this.connection = new Connection(db, functions, uid, clock);
    this.horizons = new OwnHorizons(this.connection);
    this.me = new Me(this.connection);
    this.people = new People(this.connection);
    this.open = new Opening(this.connection);
    this.devices = new Devices(this.connection);
    this.blocks = new Blocks(this.connection);
    checkCalls<Parley>(this, PARLEY);
  }

  /** The costs so far. */
  get usage(): Readonly<Usage> {
    return { ...this.connection.usage };
  }

  /** List the user's chats. Close the list when it leaves the screen. */
  chats({ pageSize = PAGE_SIZE, confirmsDelivery = false }: ListSettings = {}): ChatList {
    const deliveries = confirmsDelivery ? this.deliveries() : undefined;
    return new ChatList(this.connection, this.horizons, this.connection.uid, pageSize, deliveries);
  }

  /** Show one chat. Close it when it leaves the screen. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: this.connection.uid };
    return new ChatSession(this.connection, this.horizons, chatId, speaker, pageSize);
  }

  /**
   * Confirm to the sender that a message arrived, by the `chatId` and `messageId` of its push. For an
   * app that is not on the screen. Costs two reads and a write.
   */
  received(chatId: string, messageId: string): Promise<void> {
    return this.deliveries().pushed(chatId, messageId);
  }

  /** A service's dashboard, for its staff. */
  dashboard(serviceId: string): Dashboard {
    return new Dashboard(this.connection, this.horizons, serviceId);
  }

  /** The health of the project, for the owners of the service `default`. */
  health(): Health {
    return new Health(this.connection);
  }

  /**
   * Stop all listeners at once and refuse later writes and calls. Receipts are still written: resolves
   * when the server has them, or after 3 s, for example offline. Never rejects. Await it before
   * signing out.
   */
  async close(): Promise<void> {
    const written = this.horizons.close();
    this.connection.close();
    let stopAlarm: Stop = () => undefined;
    const late = new Promise<void>((resolve) => {
      stopAlarm = this.connection.clock.after(CLOSING_MS, resolve);
    });
    await Promise.race([written, late]);
    stopAlarm();
  }

  private deliveries(): Deliveries {
    return new Deliveries(this.connection, this.horizons, this.connection.uid);
  }
}
