/** The main queries of an app and of a dashboard, live, away, and back again. */
import assert from 'node:assert/strict';
import {
  collection,
  type DocumentReference,
  disableNetwork,
  doc,
  enableNetwork,
  type Firestore,
  getDocs,
  limit,
  orderBy,
  type Query,
  query,
  startAfter,
  Timestamp,
  where,
} from 'firebase/firestore';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { endWorld, firestore, fresh, owner, type Person, put, serviceWith, somebody } from '../../javascript/people.js';
import { TcpProxy } from '../../javascript/proxy.js';
import { Listener, until } from '../../javascript/waiting.js';

const PAGE = 5;
const START = Date.now() - 3_600_000;
const at = (second: number): Timestamp => Timestamp.fromMillis(START + second * 1000);

interface Asked {
  by: 'member' | 'staff';
  query: (db: Firestore) => Query | DocumentReference;
  before: Record<string, object>;
  /** What happens while one is away; null takes a document away. */
  meanwhile: Record<string, object | null>;
  /** The ids before and after. */
  shows: [string[], string[]];
}

const line = new TcpProxy(firestore);
let member: Person;
let staff: Person;
let asked: Record<string, Asked>;

const row = (title: string, second: number, messageCount = 1): object => ({
  serviceId: 'default',
  kind: 'group',
  title,
  messageCount,
  readCount: 0,
  updatedAt: at(second),
});
const said = (second: number, body = `${second}`): object => ({ senderId: 'bob', body, createdAt: at(second) });
const status = (serviceId: string, sent: number): object => ({
  serviceId,
  name: 'News',
  kind: 'individual',
  state: 'completed',
  audienceCount: sent,
  rate: 1,
  updatedAt: at(sent),
  counts: {
    planned: 0,
    held: 0,
    sending: 0,
    sent,
    delivered: 0,
    read: 0,
    replied: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
  },
  skippedBy: {},
  failedBy: {},
});

async function documentsOf(chatId: string, serviceId: string): Promise<Record<string, Asked>> {
  const messages = `chatMessages/${chatId}/messages`;
  const members = `chats/${chatId}/members`;
  const receipts = `chatReadReceipts/${chatId}/members`;
  const rows = `userChats/${member.uid}/chats`;
  const cases = `userChats/service:${serviceId}/chats`;
  const campaignId = fresh('news');
  const oldest = await oldestOf(messages, member.uid, chatId);
  return {
    'a page of the chat list': {
      by: 'member',
      query: (db) => query(collection(db, rows), orderBy('updatedAt', 'desc'), limit(2)),
      before: { [`${rows}/c1`]: row('one', 1), [`${rows}/c2`]: row('two', 2), [`${rows}/c3`]: row('three', 3) },
      meanwhile: { [`${rows}/c1`]: row('one', 9, 2), [`${rows}/c3`]: null },
      shows: [
        ['c3', 'c2'],
        ['c1', 'c2'],
      ],
    },
    'the newest page of a thread': {
      by: 'member',
      query: (db) => query(collection(db, messages), orderBy('createdAt', 'desc'), limit(PAGE)),
      before: {},
      meanwhile: Object.fromEntries([30, 31, 32].map((second) => [`${messages}/m${second}`, said(second)])),
      shows: [
        ['m19', 'm18', 'm17', 'm16', 'm15'],
        ['m32', 'm31', 'm30', 'm19', 'm18'],
      ],
    },
    'an older page of a thread': {
      by: 'member',
      query: (db) => query(collection(db, messages), orderBy('createdAt', 'desc'), startAfter(oldest), limit(PAGE)),
      before: {},
      meanwhile: { [`${messages}/m12`]: { ...said(12, 'edited'), editedAt: at(40) } },
      shows: [
        ['m14', 'm13', 'm12', 'm11', 'm10'],
        ['m14', 'm13', 'm12', 'm11', 'm10'],
      ],
    },
    'the receipts of a chat': {
      by: 'member',
      query: (db) => collection(db, receipts),
      before: { [`${receipts}/bob`]: { readTo: at(10), readAt: at(10) } },
      meanwhile: {
        [`${receipts}/bob`]: { readTo: at(12), readAt: at(12) },
        [`${receipts}/eve`]: { readTo: at(11), readAt: at(11) },
      },
      shows: [['bob'], ['bob', 'eve']],
    },
    'the members of a chat': {
      by: 'member',
      query: (db) => query(collection(db, members), where('role', '==', 'member')),
      // Uids of the Auth emulator are letters and digits: the one sorts behind them all, the other before.
      before: { [`${members}/~zoe`]: { role: 'member', joinedAt: at(0) } },
      meanwhile: { [`${members}/~zoe`]: null, [`${members}/-eve`]: { role: 'member', joinedAt: at(9) } },
      shows: [
        [member.uid, '~zoe'],
        ['-eve', member.uid],
      ],
    },
    'the status of a campaign': {
      by: 'staff',
      query: (db) => doc(db, `campaignStatus/${campaignId}`),
      before: { [`campaignStatus/${campaignId}`]: status(serviceId, 1) },
      meanwhile: { [`campaignStatus/${campaignId}`]: status(serviceId, 7) },
      shows: [[campaignId], [campaignId]],
    },
    'the campaigns of a service': {
      by: 'staff',
      query: (db) => query(collection(db, 'campaignStatus'), where('serviceId', '==', serviceId)),
      before: {},
      meanwhile: { [`campaignStatus/${campaignId}2`]: status(serviceId, 0) },
      shows: [[campaignId], [campaignId, `${campaignId}2`]],
    },
    'the open cases of a dashboard': {
      by: 'staff',
      query: (db) => query(collection(db, cases), orderBy('updatedAt', 'desc'), limit(PAGE)),
      before: { [`${cases}/k1`]: row('one', 1), [`${cases}/k2`]: row('two', 2) },
      meanwhile: { [`${cases}/k1`]: null, [`${cases}/k3`]: row('three', 8) },
      shows: [
        ['k2', 'k1'],
        ['k3', 'k2'],
      ],
    },
  };
}

/** A thread of 20 messages, and the message at which its newest page ends. */
async function oldestOf(messages: string, uid: string, chatId: string): Promise<Timestamp> {
  await put({
    [`chats/${chatId}`]: { serviceId: 'default', kind: 'group', createdBy: 'bob', createdAt: at(0) },
    [`chats/${chatId}/members/${uid}`]: { role: 'member', joinedAt: at(0) },
    ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${messages}/m${n}`, said(n)])),
  });
  return at(15);
}

beforeAll(async () => {
  await line.restore();
  const through = { host: firestore.host, port: line.port };
  [member, staff] = await Promise.all([somebody('Ann', through), somebody('Ada', through)]);
});
afterAll(async () => {
  await endWorld();
  await line.cut();
});

/** Listen to all of them, be away while the world goes on, and come back. */
async function catchUp(leave: () => Promise<unknown>, comeBack: () => Promise<unknown>): Promise<void> {
  asked = await documentsOf(fresh('town'), await serviceWith(staff));
  for (const { before: there } of Object.values(asked)) if (Object.keys(there).length > 0) await put(there);
  const listeners = Object.entries(asked).map(([name, each]) => ({
    name,
    ...each,
    listener: new Listener(each.query(each.by === 'member' ? member.db : staff.db)),
  }));
  for (const { name, listener, shows } of listeners) {
    await listener.live();
    assert.deepEqual(listener.ids, shows[0], `${name}, online`);
  }

  await leave();
  for (const { meanwhile } of listeners) await put(meanwhile);
  for (const { name, by, query: of, shows } of listeners) {
    const again = new Listener(of(by === 'member' ? member.db : staff.db));
    const { fromCache } = await again.until(({ docs }) => docs.length > 0, `${name} from the cache`);
    assert.ok(fromCache, `${name} comes from the cache while one is away`);
    assert.deepEqual(again.ids, shows[0], `${name}, away`);
    again.stop();
  }
  await comeBack();

  for (const { name, listener, query: of, shows } of listeners) {
    const { docs } = await listener.until(
      ({ fromCache, docs: now }) => !fromCache && now.map(({ id }) => id).join() === shows[1].join(),
      `${name}, back`,
    );
    const path = of(owner);
    if (path.type !== 'document') {
      const there = (await getDocs(path)).docs.map((each) => ({ id: each.id, data: each.data() }));
      assert.deepEqual(docs, there, `${name} is what the server has`);
    } else {
      const wanted = asked[name]?.meanwhile[path.path];
      await until(
        () => listener.last?.docs[0]?.data,
        (data) => JSON.stringify(data?.counts) === JSON.stringify((wanted as { counts: object }).counts),
        name,
      );
    }
    for (const told of listener.told) {
      const ids = told.docs.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, `${name} never shows one twice`);
    }
    listener.stop();
  }
}

describe('the main queries catch up, and are answered from the cache meanwhile', () => {
  test('when the app turns the network off and on', () =>
    catchUp(
      () => Promise.all([disableNetwork(member.db), disableNetwork(staff.db)]),
      () => Promise.all([enableNetwork(member.db), enableNetwork(staff.db)]),
    ));

  test('when the line is cut and comes back', () =>
    catchUp(
      () => line.cut(),
      () => line.restore(),
    ));
});

test('a thread that is written to while the line breaks shows no gap and nothing twice', async () => {
  const chatId = fresh('busy');
  const messages = `chatMessages/${chatId}/messages`;
  await put({
    [`chats/${chatId}`]: { serviceId: 'default', kind: 'group', createdBy: 'bob', createdAt: at(0) },
    [`chats/${chatId}/members/${member.uid}`]: { role: 'member', joinedAt: at(0) },
  });
  const page = 40;
  const thread = new Listener(query(collection(member.db, messages), orderBy('createdAt', 'desc'), limit(page)));
  await thread.live();
  const write = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 1) await put({ [`${messages}/${n}`]: said(n) });
  };

  await write(0, 20);
  await Promise.all([write(20, 40), line.cut()]);
  await write(40, 50);
  await Promise.all([write(50, 70), line.restore()]);
  await thread.until(({ docs, fromCache }) => !fromCache && docs[0]?.id === '69', 'the last message');

  for (const { docs, fromCache } of thread.told) {
    const numbers = docs.map(({ id }) => Number(id));
    const newest = numbers[0] ?? -1;
    const whole = Array.from({ length: Math.min(page, newest + 1) }, (_, n) => newest - n);
    if (!fromCache) assert.deepEqual(numbers, whole);
    assert.equal(new Set(numbers).size, numbers.length);
  }
  thread.stop();
});
