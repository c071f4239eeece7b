import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { receivedBy, seenBy } from '../../src/index.js';
import {
  directChat,
  elsewhere,
  endWorld,
  live,
  type Push,
  pushesTo,
  readAll,
  ready,
  refused,
  somebody,
  somebodyWithPhone,
  soon,
  stored,
} from './world.js';

afterAll(endWorld);

const HOUR = 3_600_000;

/** The messages' ids, in the order of their pushes. */
const ids = (pushed: Push[]): (string | undefined)[] => pushed.map(({ data }) => data.messageId);

test('a message is pushed to whoever is not there, by the name of its sender', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob')]);
  const chatId = await directChat(ann, bob);
  const mine = ann.parley.chat(chatId);

  const { id, sent } = mine.posting.send({ body: 'Are you there?' });
  await sent;

  const [push] = await pushesTo(bob, 1);
  assert.deepEqual(push?.notification, { title: 'Ann', body: 'Are you there?' });
  assert.deepEqual(push?.data, {
    type: 'message',
    chatId,
    messageId: id,
    serviceId: 'default',
    kind: 'direct',
    senderId: ann.uid,
  });
  mine.close();
});

test('a muted chat is quiet until the mute ends, but counts', async () => {
  const [ann, bob, eve] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob'), somebodyWithPhone('Eve')]);
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: [bob.uid, eve.uid] });
  const [mine, list] = [ann.parley.chat(chatId), bob.parley.chats()];
  await live(list);
  let said = 0;
  const say = async (body: string, mentions: string[] = []): Promise<string> => {
    const { id, sent } = mine.posting.send({ body, mentions });
    await sent;
    said += 1;
    // One chat's messages are pushed in their order: once she has this one, nobody waits for it.
    await pushesTo(eve, said);
    return id;
  };

  await bob.parley.devices.mute(chatId, new Date(Date.now() + HOUR));
  await say('muted for an hour');
  await bob.parley.devices.hearMentions('unlessMuted');
  await say('a mention that is not heard', [bob.uid]);
  await bob.parley.devices.hearMentions('always');
  const heard = [await say('a mention that is heard', [bob.uid])];
  await bob.parley.devices.mute(chatId);
  await say('muted for good');
  await bob.parley.devices.mute(chatId, new Date(Date.now() - HOUR));
  heard.push(await say('the mute has ended'));
  await bob.parley.devices.unmute(chatId);
  heard.push(await say('there is no mute'));

  assert.deepEqual(ids(await pushesTo(bob, heard.length)), heard);
  await soon(list, ({ chats }) => chats[0]?.unread === said);
  for (const each of [mine, list]) each.close();
});

test('whoever has the list open, or was pushed to, has received a message before reading it', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, list] = [ann.parley.chat(chatId), bob.parley.chats({ confirmsDelivery: true })];
  const horizons = mine.horizons();
  await ready(mine);
  await live(list);
  await soon(horizons, (known) => known.size === 0);
  const last = () => mine.messages.value?.messages.at(-1) ?? assert.fail('no message');

  await mine.posting.send({ body: 'One' }).sent;
  await soon(mine.messages, ({ messages }) => messages.length === 1);
  await soon(horizons, (known) => receivedBy(known, last()).includes(bob.uid));
  assert.deepEqual(seenBy(horizons.value ?? new Map(), last()), []);

  list.close();
  await mine.posting.send({ body: 'Two' }).sent;
  const [, push] = await pushesTo(bob, 2);
  await soon(mine.messages, ({ messages }) => messages.length === 2);
  const { chatId: there = '', messageId = '' } = push?.data ?? {};
  await bob.parley.received(there, messageId);
  await soon(horizons, (known) => receivedBy(known, last()).includes(bob.uid));

  const theirs = bob.parley.chat(chatId);
  await ready(theirs);
  await readAll(theirs);
  await soon(horizons, (known) => seenBy(known, last()).includes(bob.uid));
  for (const each of [mine, theirs]) each.close();
});

test('what two devices of one person set up at the same moment is all kept', async () => {
  const ann = await somebody('Ann');
  const tablet = await elsewhere(ann);
  const device = { token: 't', kind: 'fcmToken', platform: 'web' } as const;

  await Promise.all([
    ann.parley.devices.mute('g1'),
    ann.parley.devices.register('phone', device),
    tablet.parley.devices.register('tablet', device),
    tablet.parley.devices.hearMentions('unlessMuted'),
  ]);

  const { devices, muted, mentions } = (await stored(`userPushTokens/${ann.uid}`)) ?? {};
  assert.deepEqual([Object.keys(devices).sort(), muted, mentions], [['phone', 'tablet'], { g1: true }, 'unlessMuted']);
});

test('the 21st device is refused with the way out', async () => {
  const ann = await somebody('Ann');
  const device = { token: 't', kind: 'fcmToken', platform: 'web' } as const;
  for (let n = 0; n < 20; n += 1) await ann.parley.devices.register(`d${n}`, device);

  const error = await refused(ann.parley.devices.register('d20', device), 'tooManyDevices');

  assert.match(error.message, /20 devices are registered already\. Unregister one of them\.$/);
  await ann.parley.devices.unregister('d3');
  await ann.parley.devices.register('d20', device);
  await refused(ann.parley.devices.register('no/id', device), 'invalidArgument');
});
