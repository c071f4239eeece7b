/**
 * Each refusal that `docs/reference/client-contract.md` names is one; and the same act passes where nothing is wrong.
 * The file is long since it repeats one table of the page, row by row, in one place.
 */
import assert from 'node:assert/strict';
import {
  collection,
  type DocumentData,
  deleteDoc,
  deleteField,
  doc,
  getDoc,
  getDocs,
  query,
  serverTimestamp,
  setDoc,
  Timestamp,
  updateDoc,
  writeBatch,
} from 'firebase/firestore';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openDirect, post } from '../../javascript/acts.js';
import { endWorld, fresh, nobody, type Person, put, serviceWith, somebody } from '../../javascript/people.js';
import { table } from './page.js';

const now = serverTimestamp();
const past = Timestamp.fromMillis(Date.now() - 3_600_000);
const ahead = Timestamp.fromMillis(Date.now() + 3_600_000);
const device = { token: 't', kind: 'fcmToken', platform: 'web', updatedAt: now };

type Try = () => Promise<unknown>;

let ann: Person;
let bob: Person;
let eve: Person;
let agent: Person;
let town: string;
let pair: string;
let serviceId: string;

beforeAll(async () => {
  [ann, bob, eve, agent] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Eve'), somebody('Ada')]);
  serviceId = await serviceWith(agent, 'agent');
  town = fresh('town');
  const { chatId, done } = openDirect(ann, bob.uid);
  pair = chatId;
  await done;
  const said = (senderId: string, more: object = {}): object => ({ senderId, body: 'said', createdAt: past, ...more });
  await put({
    [`chats/${town}`]: { serviceId: 'default', kind: 'group', createdBy: bob.uid, createdAt: past },
    [`chats/${town}/members/${ann.uid}`]: { role: 'member', joinedAt: past },
    [`chats/${town}/members/${bob.uid}`]: { role: 'owner', joinedAt: past },
    [message('hers')]: said(ann.uid),
    [message('his')]: said(bob.uid),
    [`chatMessages/${pair}/messages/his`]: said(bob.uid),
    [message('gone')]: { senderId: ann.uid, createdAt: past, deletedAt: past },
    [row()]: { serviceId: 'default', kind: 'group', title: 'Town', messageCount: 3, readCount: 2, updatedAt: past },
    [`chats/${ann.uid}:broadcast:${serviceId}`]: { serviceId, kind: 'broadcast', createdBy: 'x', createdAt: past },
    [`chats/${ann.uid}:broadcast:${serviceId}/members/${ann.uid}`]: { role: 'member', joinedAt: past, canPost: false },
    [`campaignQueue/${serviceId}`]: campaign('someone'),
  });
});
afterAll(endWorld);

const message = (id: string): string => `chatMessages/${town}/messages/${id}`;
const row = (): string => `userChats/${ann.uid}/chats/${town}`;
const receipt = (by: Person): string => `chatReadReceipts/${town}/members/${by.uid}`;
const typing = (by: Person): string => `chatTypingIndicators/${town}/members/${by.uid}`;
const tokens = (): string => `userPushTokens/${ann.uid}`;
const set = ({ db }: Pick<Person, 'db'>, path: string, data: DocumentData): Promise<void> =>
  setDoc(doc(db, path), data);
const update = ({ db }: Person, path: string, data: DocumentData): Promise<void> => updateDoc(doc(db, path), data);
const campaign = (createdBy: string): DocumentData => ({
  serviceId,
  createdBy,
  createdAt: now,
  name: 'News',
  kind: 'individual',
  channels: ['chat'],
  purpose: 'marketing',
  audience: { userIds: [] },
  message: { body: 'Hello' },
  command: 'start',
});

/** A post with other fields than it should have, by Ann in the group. */
async function postWith(changed: DocumentData): Promise<void> {
  const id = fresh('m');
  const fields: DocumentData = { senderId: ann.uid, body: 'Hello', createdAt: now, ...changed };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
  const batch = writeBatch(ann.db);
  batch.set(doc(ann.db, message(id)), fields);
  batch.set(doc(ann.db, `messageQueue/${town}:${id}`), {
    chatId: town,
    messageId: id,
    senderId: fields.senderId,
    createdAt: now,
    shard: 1,
  });
  await batch.commit();
}

const attachments = (count: number): DocumentData[] =>
  Array.from({ length: count }, (_, n) => ({
    path: `attachments/${town}/${ann.uid}/f${n}`,
    contentType: 'image/png',
    size: 1,
    name: 'a',
  }));

const withDevices = (count: number, act: Try): Promise<void> =>
  otherwise(
    tokens(),
    {
      devices: Object.fromEntries(Array.from({ length: count }, (_, n) => [`d${n}`, { ...device, updatedAt: past }])),
    },
    null,
    act,
  );

/** The same while the documents are otherwise. */
async function otherwise(path: string, data: DocumentData, back: DocumentData | null, act: Try): Promise<void> {
  await put({ [path]: data });
  try {
    await act();
  } finally {
    await put({ [path]: back });
  }
}

const member = (more: object = {}): DocumentData => ({ role: 'member', joinedAt: past, ...more });
const annIs = (more: object, act: Try): Promise<void> =>
  otherwise(`chats/${town}/members/${ann.uid}`, member(more), member(), act);
const bobBlocks = (act: Try): Promise<void> =>
  otherwise(`userBlocks/${bob.uid}/blocked/${ann.uid}`, { createdAt: past }, null, act);
const react = (emoji: string, chatId = town): Promise<void> =>
  set(ann, `chatMessages/${chatId}/messages/his/reactions/${ann.uid}`, { emoji, createdAt: now });
const edit = (by: Person, id: string): Promise<void> => update(by, message(id), { body: 'Now', editedAt: now });
const remove = (by: Person, id: string): Promise<void> =>
  update(by, message(id), { body: deleteField(), deletedAt: now });

const refused: Record<string, Record<string, Try>> = {
  any: {
    'not signed in': () => getDoc(doc(nobody, `profiles/${ann.uid}`)),
    'a field that is not listed': () => postWith({ colour: 'red' }),
    'a field of a wrong type': () => postWith({ body: 7 }),
    'a value over its limit': () => set(ann, `profiles/${ann.uid}`, { displayName: 'x'.repeat(101) }),
    'a time that is not `now`': () => postWith({ createdAt: past }),
  },
  read: {
    'a chat without being a member': () => getDocs(collection(eve.db, `chatMessages/${town}/messages`)),
    'the list, devices or record of somebody else': async () => {
      await assert.rejects(getDocs(collection(eve.db, `userChats/${ann.uid}/chats`)), { code: 'permission-denied' });
      await assert.rejects(getDoc(doc(eve.db, tokens())), { code: 'permission-denied' });
      await getDoc(doc(eve.db, `users/${ann.uid}`));
    },
    'a list of profiles': () => getDocs(query(collection(ann.db, 'profiles'))),
  },
  'open a direct chat': {
    'the other has blocked you': () =>
      otherwise(
        `userBlocks/${eve.uid}/blocked/${ann.uid}`,
        { createdAt: past },
        null,
        () => openDirect(ann, eve.uid).done,
      ),
    'it is there already': () => openDirect(ann, bob.uid).done,
    'the ids are not sorted': () => {
      const [one = '', other = ''] = [ann.uid, eve.uid].sort();
      const chat = `chats/${other}:${one}`;
      const batch = writeBatch(ann.db);
      batch.set(doc(ann.db, chat), { serviceId: 'default', kind: 'direct', createdBy: ann.uid, createdAt: now });
      for (const uid of [one, other])
        batch.set(doc(ann.db, `${chat}/members/${uid}`), { role: 'member', joinedAt: now });
      return batch.commit();
    },
    'with yourself': () => openDirect(ann, ann.uid).done,
  },
  post: {
    'not a member': () => post(eve, town, 'Hello').done,
    '`canPost: false`': () => annIs({ canPost: false }, () => post(ann, town, 'Hello').done),
    '`mutedUntil` ahead': () => annIs({ mutedUntil: ahead }, () => post(ann, town, 'Hello').done),
    'blocked by the other of a direct chat': () => bobBlocks(() => post(ann, pair, 'Hello').done),
    'a broadcast chat, but for staff': () => post(ann, `${ann.uid}:broadcast:${serviceId}`, 'Hello').done,
    'without its `messageQueue` document': () =>
      set(ann, message(fresh('m')), { senderId: ann.uid, body: 'Hello', createdAt: now }),
    'neither body nor attachment': () => postWith({ body: undefined }),
    'a body that shows nothing, such as white space alone': () => postWith({ body: ' \n\u00A0\u2003' }),
    'over 10,000 UTF-16 units': () => postWith({ body: 'x'.repeat(10_001) }),
    'over 10 attachments': () => postWith({ attachments: attachments(11) }),
    'as somebody else': () => postWith({ senderId: bob.uid }),
    'the message is there already': () => post(ann, town, 'Hello', 'hers').done,
  },
  edit: {
    'not the sender': () => edit(bob, 'hers'),
    'may no longer post': () => annIs({ canPost: false }, () => edit(ann, 'hers')),
    'to a body that shows nothing': () => update(ann, message('hers'), { body: ' \t', editedAt: now }),
    'deleted before': () => edit(ann, 'gone'),
    'within 2 s of the last edit': () => {
      const hers = { senderId: ann.uid, body: 'Hello', createdAt: past };
      return otherwise(message('hers'), { ...hers, editedAt: ahead }, hers, () => edit(ann, 'hers'));
    },
  },
  delete: {
    'neither the sender nor an owner or admin of the chat': () => remove(ann, 'his'),
    'deleted before': () => remove(ann, 'gone'),
  },
  react: {
    'not a member': () => set(eve, `${message('his')}/reactions/${eve.uid}`, { emoji: '👍', createdAt: now }),
    'may not post there': () => annIs({ canPost: false }, () => react('👍')),
    'blocked by the other of a direct chat': () => bobBlocks(() => react('👍', pair)),
    'letters or white space': async () => {
      for (const emoji of ['I know where u..', 'да', '👍 '])
        await assert.rejects(react(emoji), { code: 'permission-denied' });
      await react('ok');
    },
    'over 16 UTF-16 units': () => react('👍'.repeat(9)),
    'for somebody else': () => set(ann, `${message('his')}/reactions/${bob.uid}`, { emoji: '👍', createdAt: now }),
  },
  receipt: {
    backwards: () =>
      otherwise(receipt(ann), { readTo: Timestamp.now(), readAt: past }, null, () =>
        set(ann, receipt(ann), { readTo: past, readAt: now }),
      ),
    'ahead of now': () => set(ann, receipt(ann), { readTo: ahead, readAt: now }),
    'for somebody else': () => set(ann, receipt(bob), { readTo: past, readAt: now }),
    'within 1 s of the last one': () =>
      otherwise(receipt(ann), { readTo: past, readAt: ahead }, null, () =>
        set(ann, receipt(ann), { readTo: past, readAt: now }),
      ),
  },
  typing: {
    'not a member': () => set(eve, typing(eve), { at: now }),
    'may not post there': () => annIs({ canPost: false }, () => set(ann, typing(ann), { at: now })),
    'blocked by the other of a direct chat': () =>
      bobBlocks(() => set(ann, `chatTypingIndicators/${pair}/members/${ann.uid}`, { at: now })),
    'for somebody else': () => set(ann, typing(bob), { at: now }),
    'within 3 s of the last one': () =>
      otherwise(typing(ann), { at: ahead }, null, () => set(ann, typing(ann), { at: now })),
  },
  'name, title': {
    'without a visible character': () => set(ann, `profiles/${ann.uid}`, { displayName: '\u200b ' }),
    'of two lines': () => set(ann, `profiles/${ann.uid}`, { displayName: 'Ann\nLee' }),
    'with a control or direction override character': async () => {
      await assert.rejects(set(ann, `profiles/${ann.uid}`, { displayName: 'Ann\u0007' }), {
        code: 'permission-denied',
      });
      await set(ann, `profiles/${ann.uid}`, { displayName: 'Ann \u202eLee' });
    },
  },
  picture: {
    'neither `https://` nor a path in Storage': async () => {
      for (const photoUrl of ['http://x/y.png', 'data:image/png,x', '//x/y.png', 'javascript:alert(1)', 'y.png'])
        await assert.rejects(set(ann, `profiles/${ann.uid}`, { displayName: 'Ann', photoUrl }), {
          code: 'permission-denied',
        });
      await set(ann, `profiles/${ann.uid}`, { displayName: 'Ann', photoUrl: 'file:///etc/passwd' });
    },
  },
  row: {
    "a field that is the server's": () => update(ann, row(), { title: 'Mine' }),
    '`readCount` backwards': () => update(ann, row(), { readCount: 1 }),
    '`readCount` over `messageCount`': () => update(ann, row(), { readCount: 4 }),
  },
  'block, unblock': {
    'after more than 60 in a minute, for a minute': () =>
      otherwise(`holds/${ann.uid}`, { until: ahead }, null, () =>
        set(ann, `userBlocks/${ann.uid}/blocked/${eve.uid}`, { createdAt: now }),
      ),
  },
  'device, mute': {
    'more than one device changed in a write': () => set(ann, tokens(), { devices: { a: device, b: device } }),
    'more than one mute changed in a write': () => set(ann, tokens(), { devices: {}, muted: { c1: true, c2: true } }),
    'a 21st device': () => withDevices(20, () => update(ann, tokens(), { 'devices.d20': device })),
    'a document without `devices`': () => set(ann, tokens(), { muted: { c1: true } }),
  },
  campaign: {
    'by staff who are neither `owner` nor `admin`': () =>
      set(agent, `campaignQueue/${fresh('news')}`, campaign(agent.uid)),
    'a change of anything but `command`': () =>
      otherwise(
        `services/${serviceId}/staff/${agent.uid}`,
        { role: 'admin', displayName: 'Ada' },
        { role: 'agent', displayName: 'Ada' },
        () => update(agent, `campaignQueue/${serviceId}`, { name: 'Old' }),
      ),
  },
};

test('the page names these refusals and no others', () => {
  const named = Object.fromEntries(
    table('What is refused, and why').map(([act = '', reasons = '']) => [act, reasons.split('; ')]),
  );
  assert.deepEqual(named, Object.fromEntries(Object.entries(refused).map(([act, cases]) => [act, Object.keys(cases)])));
});

describe('what passes where nothing is wrong', () => {
  const passes: Record<string, Try> = {
    'a post of the longest body, with the most attachments': () =>
      postWith({ body: 'x'.repeat(10_000), attachments: attachments(10) }),
    edit: () => edit(ann, 'hers'),
    'delete by the owner': () => remove(bob, 'hers'),
    react: () => react('👍'.repeat(8)),
    'react in a direct chat': () => react('👍', pair),
    'the end of a reaction and of typing by who may no longer post': () =>
      annIs({ canPost: false }, async () => {
        await deleteDoc(doc(ann.db, `${message('his')}/reactions/${ann.uid}`));
        await deleteDoc(doc(ann.db, typing(ann)));
      }),
    receipt: () => set(ann, receipt(ann), { readTo: past, readAt: now }),
    typing: () => set(ann, typing(ann), { at: now }),
    'a profile with a picture': () =>
      set(ann, `profiles/${ann.uid}`, { displayName: 'Ann Lee', photoUrl: 'photos/ann/1.png' }),
    row: () => update(ann, row(), { readCount: 3, pinned: true }),
    'a 20th device': () => withDevices(19, () => update(ann, tokens(), { 'devices.d19': device })),
    'the first device': () => set(ann, tokens(), { devices: { a: device } }),
    'a direct chat': () => openDirect(bob, eve.uid).done,
    read: () => getDocs(collection(ann.db, `chatMessages/${town}/messages`)),
  };
  for (const [act, pass] of Object.entries(passes))
    test(act, async () => {
      await pass();
    });
});

for (const [act, cases] of Object.entries(refused)) {
  describe(`refused: ${act}`, () => {
    for (const [why, attempt] of Object.entries(cases)) {
      test(why, () => assert.rejects(attempt(), { code: 'permission-denied' }));
    }
  });
}
