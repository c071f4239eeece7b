/** The library's calls on a connection behind which there is nothing: a test fails that reaches the SDK. */
import assert from 'node:assert/strict';
import type { Firestore } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import * as forms from '../../src/callForms.js';
import { ChatList } from '../../src/chatList.js';
import { Connection } from '../../src/connection.js';
import { Dashboard } from '../../src/dashboard.js';
import { Devices } from '../../src/devices.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Opening } from '../../src/opening.js';
import { Parley } from '../../src/parley.js';
import { Blocks, Me, People } from '../../src/people.js';
import { ChatSession } from '../../src/session.js';
import { HandClock } from './handClock.js';

const fail = (): never => assert.fail('the SDK was reached');
const nothing = new Proxy({}, { get: fail, set: fail, has: fail });
export const [db, functions] = [nothing as Firestore, nothing as Functions];

class Nowhere extends Connection {
  constructor() {
    super(db, functions, 'ann', new HandClock());
  }

  override watch(): () => void {
    return () => undefined;
  }

  override watchDocument(): () => void {
    return () => undefined;
  }

  override get = fail;
  override getFromServer = fail;
  override count = fail;
  override settle = fail;
  override writeAfterLook = fail;
}

/** What is only looked through before it is sent. */
export const connection = new Nowhere();

const horizons = new OwnHorizons(connection);
const parley = new Parley({ db, functions, uid: 'ann', clock: new HandClock() });
// What it would listen to is not listened to any more.
void parley.close();
const chat = new ChatSession(connection, horizons, 'ann:bob', { memberId: 'ann' }, 10);

/** Each class of calls by how an app reaches it, with its table. */
export const calls: Record<string, [calls: object, forms: object]> = {
  parley: [parley, forms.PARLEY],
  'parley.me': [new Me(connection), forms.ME],
  'parley.people': [new People(connection), forms.PEOPLE],
  'parley.blocks': [new Blocks(connection), forms.BLOCKS],
  'parley.devices': [new Devices(connection), forms.DEVICES],
  'parley.open': [new Opening(connection), forms.OPENING],
  list: [new ChatList(connection, horizons, 'ann', 10), forms.CHAT_LIST],
  chat: [chat, forms.CHAT_SESSION],
  'chat.messages': [chat.messages, forms.MESSAGES],
  'chat.posting': [chat.posting, forms.POSTING],
  'chat.receipts': [chat.receipts, forms.RECEIPTS],
  'chat.membership': [chat.membership, forms.MEMBERSHIP],
  dashboard: [new Dashboard(connection, horizons, 'acme'), forms.DASHBOARD],
};

/** Call by its name, as `chat.posting.edit`; what it throws is told as what it rejects with. */
export async function call(path: string, ...given: unknown[]): Promise<unknown> {
  const [name = '', owner = ''] = [path.split('.').at(-1), path.split('.').slice(0, -1).join('.')];
  const [holder] = calls[owner] ?? assert.fail(`no ${owner}`);
  return (holder as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given) ?? assert.fail(`no ${path}`);
}
