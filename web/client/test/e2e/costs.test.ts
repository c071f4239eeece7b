import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import type { Usage } from '../../src/index.js';
import { directChat, endWorld, live, type Person, readAll, ready, somebody, soon } from './world.js';

afterAll(endWorld);

/** What one act has cost one person. */
function since(before: Readonly<Usage>, { parley: { usage } }: Person): Usage {
  return {
    reads: usage.reads - before.reads,
    writes: usage.writes - before.writes,
    calls: usage.calls - before.calls,
  };
}

test('opening a direct chat costs a look and three writes, and once it is there the look alone', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);

  let before = ann.parley.usage;
  await directChat(ann, bob);
  assert.deepEqual(since(before, ann), { reads: 1, writes: 3, calls: 0 });
  before = ann.parley.usage;
  await directChat(ann, bob);
  assert.deepEqual(since(before, ann), { reads: 1, writes: 0, calls: 0 });
});

test('with list and thread open a message costs its sender two writes, and each at most three reads', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const [myList, list] = [ann.parley.chats(), bob.parley.chats()];
  await ready(mine, theirs);
  await Promise.all([live(myList), live(list)]);
  // The first message makes the rows; the others are the ordinary case.
  await mine.posting.send({ body: 'First' }).sent;
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  await soon(myList, ({ chats }) => chats[0]?.lastMessage?.preview === 'First');
  await soon(theirs.messages, ({ messages }) => messages.length === 1);
  const [before, theirsBefore] = [ann.parley.usage, bob.parley.usage];
  const count = 5;

  for (let n = 1; n <= count; n += 1) {
    await mine.posting.send({ body: `${n}` }).sent;
    await soon(list, ({ chats }) => chats[0]?.unread === n + 1);
    await soon(myList, ({ chats }) => chats[0]?.lastMessage?.preview === `${n}`);
    await soon(theirs.messages, ({ messages }) => messages.length === n + 1);
  }

  const [sent, received] = [since(before, ann), since(theirsBefore, bob)];
  assert.equal(sent.writes, 2 * count);
  assert.ok(sent.reads <= 3 * count, `sending ${count} took ${sent.reads} reads`);
  assert.deepEqual([received.writes, sent.calls + received.calls], [0, 0]);
  assert.ok(received.reads <= 3 * count, `receiving ${count} took ${received.reads} reads`);

  const readBefore = bob.parley.usage;
  await readAll(theirs);
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  assert.equal(since(readBefore, bob).writes, 2);
  for (const each of [mine, theirs, myList, list]) each.close();
});

test('a message in a group costs its sender no more than in a direct chat', async () => {
  const people = await Promise.all(['Ann', 'Bob', 'Cat', 'Dan'].map(somebody));
  const [ann, ...others] = people;
  assert.ok(ann);
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: others.map(({ uid }) => uid) });
  const sessions = people.map((person) => person.parley.chat(chatId));
  const lists = people.map((person) => person.parley.chats());
  await ready(...sessions);
  await Promise.all(lists.map(live));
  const before = people.map(({ parley }) => parley.usage);

  await sessions[0]?.posting.send({ body: 'Who comes?' }).sent;
  await Promise.all(lists.map((list) => soon(list, ({ chats }) => chats[0]?.lastMessage?.preview === 'Who comes?')));
  await Promise.all(
    sessions.map(({ messages }) => soon(messages, (shown) => shown.messages.at(-1)?.body === 'Who comes?')),
  );

  people.forEach((person, n) => {
    const { reads, writes } = since(before[n] ?? assert.fail(), person);
    assert.equal(writes, n === 0 ? 2 : 0);
    assert.ok(reads <= 3, `${reads} reads`);
  });
  for (const each of [...sessions, ...lists]) each.close();
});

test('a device is registered by one write, the first as any other', async () => {
  const ann = await somebody('Ann');
  const device = { token: 't', kind: 'fcmToken', platform: 'android' } as const;

  for (const token of ['t', 'u']) {
    const before = ann.parley.usage;
    await ann.parley.devices.register('phone', { ...device, token });
    assert.deepEqual(since(before, ann), { reads: 0, writes: 1, calls: 0 });
  }
});

test('the first mute is a try, a look and the document, where no device is registered', async () => {
  const ann = await somebody('Ann');

  const before = ann.parley.usage;
  await ann.parley.devices.mute('ann:bob');

  assert.deepEqual(since(before, ann), { reads: 1, writes: 2, calls: 0 });
});
