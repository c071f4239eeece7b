import assert from 'node:assert/strict';
import { disableNetwork, enableNetwork, serverTimestamp } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { isMuted, Parley } from '../../src/index.js';
import {
  directChat,
  endWorld,
  pushesTo,
  put,
  ready,
  refused,
  somebody,
  somebodyWithPhone,
  soon,
  stored,
} from './world.js';

afterAll(endWorld);

test('one says who one is, and others see name and picture alone', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);

  const shown = { displayName: 'Anna', photoUrl: 'https://a.example/a.png' };
  await ann.parley.me.introduce({ ...shown, locale: 'de', phone: '+4915112345678' });

  assert.deepEqual(await bob.parley.people.profile(ann.uid), shown);
  const known = await ann.parley.me.get();
  assert.equal(known?.phone, '+4915112345678');
  await bob.parley.people.profile(ann.uid);
  assert.equal(bob.parley.usage.reads, 3, 'two to introduce himself, one for the profile');
});

test('when somebody was last seen is told at most once an hour, whichever device they use', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const profile = bob.parley.people.watch(ann.uid);
  await soon(profile, (shown) => shown?.displayName === 'Ann' && shown.lastSeenAt === undefined);
  const before = ann.parley.usage;

  await ann.parley.me.seen();
  await soon(profile, (shown) => shown?.lastSeenAt !== undefined);
  await ann.parley.me.seen();
  const tablet = new Parley(ann);
  await tablet.me.seen();

  assert.equal(ann.parley.usage.writes - before.writes, 2);
  assert.deepEqual(tablet.usage, { reads: 1, writes: 0, calls: 0 });
  profile.close();
});

test('whoever is blocked is told so, opens no new chat, and pushes nothing', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob')]);
  await bob.parley.blocks.block(ann.uid);
  const refusal = await refused(ann.parley.open.direct(bob.uid), 'blocked');
  assert.match(refusal.message, /^Could not open a direct chat: /);
  await bob.parley.blocks.unblock(ann.uid);
  const chatId = await directChat(ann, bob);
  const [mine, blocks] = [ann.parley.chat(chatId), bob.parley.blocks.watch()];
  await ready(mine);
  await bob.parley.blocks.block(ann.uid);
  await soon(blocks, (known) => known.has(ann.uid));

  await put({ [`chatMessages/${chatId}/messages/m`]: { senderId: bob.uid, body: 'Hi', createdAt: serverTimestamp() } });
  const theirs = bob.parley.chat(chatId);
  const [reactions, types] = [theirs.reactions('m'), theirs.whoTypes()];
  await soon(types, () => true);
  await refused(mine.posting.react('m', '👍'), 'blocked');
  mine.typing.keystroke();
  const { id, sent } = mine.posting.send({ body: 'Hello?' });
  const error = await refused(sent, 'blocked');

  assert.match(error.message, /^Could not send a message: the other person takes no messages from you\. Nothing/);
  const shown = mine.messages.value?.messages.at(-1);
  assert.deepEqual([shown?.state, shown?.error?.reason], ['refused', 'blocked']);
  assert.equal(await bob.parley.blocks.isBlocked(ann.uid), true);
  assert.deepEqual([reactions.value?.size ?? 0, types.value], [0, []]);
  assert.equal(await stored(`messageQueue/${chatId}:${id}`), undefined);

  await bob.parley.blocks.unblock(ann.uid);
  await soon(blocks, (known) => known.size === 0);
  await mine.posting.retry(id).sent;
  await soon(mine.messages, ({ messages }) => messages.length === 2 && messages[1]?.state === 'sent');
  const [push, ...more] = await pushesTo(bob, 1);
  assert.deepEqual([push?.data.messageId, more.length], [id, 0]);
  for (const each of [mine, theirs, blocks]) each.close();
});

test('who starts offline learns after all that there is nothing yet', async () => {
  const ann = await somebody('Ann');
  await disableNetwork(ann.db);
  const [devices, stranger] = [ann.parley.devices.watch(), ann.parley.people.watch('nobody')];
  const told: unknown[] = [];
  for (const each of [devices, stranger]) each.subscribe((value) => told.push(value));
  // The SDK tells of its empty cache as soon as it knows that it is offline.
  await assert.rejects(ann.parley.people.profile('nobody'), { reason: 'unavailable' });
  assert.deepEqual(told, []);

  await enableNetwork(ann.db);
  await Promise.all([soon(devices, (tokens) => tokens === null), soon(stranger, (profile) => profile === null)]);
  await disableNetwork(ann.db);
  await enableNetwork(ann.db);
  await ann.parley.devices.mute('g1');
  await soon(devices, (tokens) => isMuted(tokens, 'g1'));

  assert.equal(told.filter((value) => value === null).length, 2, 'each once, whatever the network does');
  for (const each of [devices, stranger]) each.close();
});

test('nobody talks to themselves', async () => {
  const ann = await somebody('Ann');

  await refused(ann.parley.open.direct(ann.uid), 'selfChat');
});
