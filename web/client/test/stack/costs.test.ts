import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Usage } from '../../src/index.js';
import { directChat, endWorld, live, type Person, ready, somebody, soon } from './world.js';

after(endWorld);

/** What one act has cost one person. */
function since(before: Readonly<Usage>, { parley: { usage } }: Person): Usage {
  return {
    reads: usage.reads - before.reads,
    writes: usage.writes - before.writes,
    calls: usage.calls - before.calls,
  };
}

test('opening, sending, receiving and reading cost what the client contract says', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);

  let before = ann.parley.usage;
  const chatId = await directChat(ann, bob);
  assert.deepEqual(since(before, ann), { reads: 1, writes: 3, calls: 0 });
  before = ann.parley.usage;
  await directChat(ann, bob);
  assert.deepEqual(since(before, ann), { reads: 1, writes: 0, calls: 0 });

  const [mine, theirs, list] = [ann.parley.chat(chatId), bob.parley.chat(chatId), bob.parley.chats()];
  await ready(mine, theirs);
  await live(list);
  // The first message makes the rows; the second is the ordinary case.
  await mine.posting.send({ body: 'First' }).sent;
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  await soon(theirs.messages, ({ messages }) => messages.length === 1);

  before = ann.parley.usage;
  const theirsBefore = bob.parley.usage;
  await mine.posting.send({ body: 'Second' }).sent;
  assert.equal(since(before, ann).writes, 2);
  await soon(list, ({ chats }) => chats[0]?.unread === 2);
  const { messages } = await soon(theirs.messages, (shown) => shown.messages.length === 2);
  const received = since(theirsBefore, bob);
  assert.ok(received.reads <= 3, `receiving took ${received.reads} reads`);
  assert.equal(received.writes, 0);

  const readBefore = bob.parley.usage;
  for (const message of messages) theirs.receipts.shown(message);
  await theirs.receipts.flush();
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  assert.equal(since(readBefore, bob).writes, 2);
  for (const each of [mine, theirs, list]) each.close();
});

test('a device is registered by one write, or two and a look at the very first time', async () => {
  const ann = await somebody('Ann');
  const device = { token: 't', kind: 'fcmToken', platform: 'android' } as const;

  let before = ann.parley.usage;
  await ann.parley.devices.register('phone', device);
  assert.deepEqual(since(before, ann), { reads: 1, writes: 2, calls: 0 });
  before = ann.parley.usage;
  await ann.parley.devices.register('phone', { ...device, token: 'u' });
  assert.deepEqual(since(before, ann), { reads: 0, writes: 1, calls: 0 });
});
