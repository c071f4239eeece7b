import assert from 'node:assert/strict';
import { doc, getDoc, Timestamp } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { Connection } from '../../src/connection.js';
import { isMuted, newId, Parley } from '../../src/index.js';
import { Messages } from '../../src/messages.js';
import { systemClock } from '../../src/pacing.js';
import { directChat, endWorld, live, put, readAll, ready, somebody, soon } from './world.js';

afterAll(endWorld);

const MINUTE = 60_000;
const ago = (milliseconds: number): Timestamp => Timestamp.fromMillis(Date.now() - milliseconds);

test('older messages come page by page, each once and in order', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const all = Array.from({ length: 25 }, (_, n) => `${n}`);
  await put(
    Object.fromEntries(
      all.map((body, n) => [
        `chatMessages/${chatId}/messages/m${n}`,
        { senderId: bob.uid, body, createdAt: ago((25 - n) * MINUTE) },
      ]),
    ),
  );
  const connection = new Connection(ann.db, ann.functions, ann.uid, systemClock);
  const messages = new Messages(connection, chatId, ann.uid, 10);
  const shown = (): (string | undefined)[] => (messages.value?.messages ?? []).map(({ body }) => body);
  await live(messages);
  assert.deepEqual(shown(), all.slice(15));

  await messages.older();
  assert.deepEqual(shown(), all.slice(5));
  assert.equal(messages.value?.hasOlder, true);
  await messages.older();
  assert.deepEqual(shown(), all);
  assert.equal(messages.value?.hasOlder, false);
  assert.equal(connection.usage.reads, 25);

  // The oldest page is as live as the newest.
  const edited = { senderId: bob.uid, body: 'edited', createdAt: ago(25 * MINUTE) };
  await put({ [`chatMessages/${chatId}/messages/m0`]: edited });
  await soon(messages, (now) => now.messages[0]?.body === 'edited');
  messages.close();
});

test('whoever reads far back holds no more for it, and finds the way to the newest', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const all = Array.from({ length: 60 }, (_, n) => `${n}`);
  await put(
    Object.fromEntries(
      all.map((body, n) => [
        `chatMessages/${chatId}/messages/m${n}`,
        { senderId: bob.uid, body, createdAt: ago((60 - n) * MINUTE) },
      ]),
    ),
  );
  const connection = new Connection(ann.db, ann.functions, ann.uid, systemClock);
  const messages = new Messages(connection, chatId, ann.uid, 10, 30);
  const shown = (): (string | undefined)[] => (messages.value?.messages ?? []).map(({ body }) => body);
  await live(messages);

  for (let page = 0; page < 5; page += 1) await messages.older();
  assert.deepEqual(shown(), all.slice(0, 30));
  assert.deepEqual([messages.value?.hasOlder, messages.value?.hasNewer], [true, true]);
  await messages.older();
  assert.equal(messages.value?.hasOlder, false);
  for (let page = 0; page < 3; page += 1) await messages.newer();
  assert.deepEqual(shown(), all.slice(30));
  await messages.newer();
  assert.deepEqual([messages.value?.hasOlder, messages.value?.hasNewer], [true, false]);
  await live(messages);

  // What comes now is heard, and pushes out what is oldest.
  const theirs = bob.parley.chat(chatId);
  await theirs.posting.send({ body: 'new' }).sent;
  await soon(messages, () => shown().at(-1) === 'new');
  assert.deepEqual(shown(), [...all.slice(31), 'new']);

  for (let page = 0; page < 2; page += 1) await messages.older();
  assert.equal(messages.value?.hasNewer, true);
  await messages.newest();
  assert.deepEqual(shown(), [...all.slice(51), 'new']);
  for (const each of [messages, theirs]) each.close();
});

test('the list comes page by page, and its rows are pinned, archived and marked', async () => {
  const ann = await somebody('Ann');
  const rows = Array.from({ length: 5 }, (_, n) => [
    `userChats/${ann.uid}/chats/g${n}`,
    {
      serviceId: 'default',
      kind: 'group',
      title: `g${n}`,
      messageCount: 3,
      readCount: 1,
      updatedAt: ago(n * MINUTE),
    },
  ]);
  await put(Object.fromEntries(rows));
  const list = ann.parley.chats({ pageSize: 2 });
  await live(list);
  const ids = (): string[] => (list.value?.chats ?? []).map(({ chatId }) => chatId);
  assert.deepEqual(ids(), ['g0', 'g1']);
  assert.equal(list.value?.chats[0]?.unread, 2);

  await list.more();
  await list.more();
  assert.deepEqual(ids(), ['g0', 'g1', 'g2', 'g3', 'g4']);
  assert.equal(list.value?.hasMore, false);
  await list.flag('g3', { pinned: true });
  await list.flag('g0', { archived: true });
  await list.flag('g1', { markedUnread: true });
  const isMarked = (): boolean => list.value?.chats.find(({ chatId }) => chatId === 'g1')?.markedUnread === true;
  await soon(list, () => ids().join() === 'g3,g1,g2,g4,g0' && isMarked());
  list.close();
});

test('whoever signs out listens to nothing any more', async () => {
  const ann = await somebody('Ann');
  const other = new Parley(ann);
  const [closed, open] = [ann.parley.chats(), other.chats()];
  await Promise.all([live(closed), live(open)]);

  void ann.parley.close();
  await put({
    [`userChats/${ann.uid}/chats/g`]: {
      serviceId: 'default',
      kind: 'group',
      title: 'g',
      messageCount: 1,
      readCount: 0,
      updatedAt: ago(0),
    },
  });

  await soon(open, ({ chats }) => chats.length === 1);
  assert.deepEqual(closed.value?.chats, []);
  await other.close();
});

test('a large group shows its last message and at most 100 unread, until it is read', async () => {
  const ann = await somebody('Ann');
  const chatId = newId();
  const count = 120;
  const time = (n: number): Timestamp => ago((count - n + 1) * 1000);
  const last = { id: `m${count - 1}`, senderId: 'bob', preview: 'the last', createdAt: time(count - 1) };
  await put({
    [`chats/${chatId}`]: {
      serviceId: 'default',
      kind: 'group',
      createdBy: 'bob',
      createdAt: ago(MINUTE * 60),
      large: true,
      title: 'Town',
      lastMessage: last,
      memberCount: 101,
      messageCount: count,
    },
    [`chats/${chatId}/members/${ann.uid}`]: { role: 'member', joinedAt: ago(MINUTE * 60) },
    [`userChats/${ann.uid}/chats/${chatId}`]: {
      serviceId: 'default',
      kind: 'group',
      title: 'Town',
      large: true,
      messageCount: 0,
      readCount: 0,
      updatedAt: ago(MINUTE * 60),
    },
    ...Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `chatMessages/${chatId}/messages/m${n}`,
        { senderId: 'bob', body: `${n}`, createdAt: time(n) },
      ]),
    ),
  });
  const list = ann.parley.chats();
  await live(list);
  await soon(list, ({ chats }) => chats[0]?.unread === 100 && chats[0].lastMessage?.preview === 'the last');

  const chat = ann.parley.chat(chatId);
  await ready(chat);
  await readAll(chat);

  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  for (const each of [list, chat]) each.close();
});

test('one device or one mute is set or removed in a write, a mute before any device too', async () => {
  const ann = await somebody('Ann');
  const known = async () => (await getDoc(doc(ann.db, `userPushTokens/${ann.uid}`))).data();

  await ann.parley.devices.unmute('ann:bob');
  await ann.parley.devices.mute('a.b:bob');
  await ann.parley.devices.register('phone', { token: 't1', kind: 'fcmToken', platform: 'ios' });
  await ann.parley.devices.register('tablet', { token: 't2', kind: 'fid', platform: 'web', locale: 'en-GB' });
  await ann.parley.devices.mute('g1', new Date(Date.now() + MINUTE));
  assert.deepEqual(Object.keys((await known())?.devices).sort(), ['phone', 'tablet']);
  assert.equal((await known())?.muted['a.b:bob'], true);
  assert.ok((await known())?.muted.g1 instanceof Timestamp);

  await ann.parley.devices.unregister('phone');
  await ann.parley.devices.unmute('a.b:bob');
  assert.deepEqual(Object.keys((await known())?.devices), ['tablet']);
  assert.deepEqual(Object.keys((await known())?.muted), ['g1']);
  const watched = ann.parley.devices.watch();
  await soon(watched, (tokens) => isMuted(tokens, 'g1') && !isMuted(tokens, 'a.b:bob'));
  watched.close();
});
