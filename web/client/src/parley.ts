/** The library as an app holds it: a `Parley` for the person who is signed in. */
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
import { OwnHorizons } from './horizons.js';
import type { Stop } from './live.js';
import { Opening } from './opening.js';
import { type Clock, systemClock } from './pacing.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { Blocks, Me, People } from './people.js';
import { ChatSession } from './session.js';
import { uid as uidForm } from './valueForms.js';

/** How long `close` waits for what one has seen to be written: offline it would not end. */
export const CLOSING_MS = 3_000;

export interface Settings {
  db: Firestore;
  functions: Functions;
  /** Who is signed in: a uid without `:` and `/`. Make a new `Parley` when somebody else is. */
  uid: string;
  clock?: Clock;
}

export interface ListSettings extends Paging {
  /** Tell senders that what the list shows has arrived. Costs a read for each unread chat, then a write a burst. */
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

  /** What this has cost so far. */
  get usage(): Readonly<Usage> {
    return { ...this.connection.usage };
  }

  /** One's own chats. Close it when it leaves the screen. */
  chats({ pageSize = PAGE_SIZE, confirmsDelivery = false }: ListSettings = {}): ChatList {
    const deliveries = confirmsDelivery ? this.deliveries() : undefined;
    return new ChatList(this.connection, this.horizons, this.connection.uid, pageSize, deliveries);
  }

  /** One chat on the screen. Close it when it leaves. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: this.connection.uid };
    return new ChatSession(this.connection, this.horizons, chatId, speaker, pageSize);
  }

  /**
   * Tell the sender that a message has arrived, by the `chatId` and `messageId` of the push that
   * brought it: two reads and a write, for an app that is not on the screen.
   */
  received(chatId: string, messageId: string): Promise<void> {
    return this.deliveries().pushed(chatId, messageId);
  }

  /** A service's dashboard, for its staff. */
  dashboard(serviceId: string): Dashboard {
    return new Dashboard(this.connection, this.horizons, serviceId);
  }

  /**
   * At once listen to nothing any more, whatever is still on the screen, and refuse what is sent or
   * called later. What one has seen, and what has arrived, is still written: resolves when the server
   * has it, or after 3 s, for example offline; never rejects. Wait for it before signing out.
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
