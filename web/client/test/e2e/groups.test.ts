import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { type ChatSession, Parley, type ShownMessage } from '../../src/index.js';
import {
  bodies,
  crowdOf,
  endWorld,
  live,
  type Person,
  pushesTo,
  readAll,
  ready,
  refused,
  somebody,
  somebodyWithPhone,
  soon,
} from './world.js';

afterAll(endWorld);

/** What the system has told in a chat: the event, of whom, and what. */
function told(session: ChatSession): (string | undefined)[][] {
  const isOfSystem = ({ senderId }: ShownMessage): boolean => senderId === 'system';
  return (session.messages.value?.messages ?? [])
    .filter(isOfSystem)
    .map(({ event, target, value }) => [event, target ?? value]);
}

async function group(owner: Person, ...others: Person[]): Promise<string> {
  return (await owner.parley.open.group({ title: 'Hikers', userIds: others.map(({ uid }) => uid) })).chatId;
}

test('people join, get roles, rename, are removed and leave, and each sees what became of it', async () => {
  const [ann, bob, cat] = await Promise.all([somebody('Ann'), somebody('Bob'), somebodyWithPhone('Cat')]);
  const chatId = await group(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const [list, members] = [cat.parley.chats(), mine.members()];
  await ready(mine, theirs);
  await live(list);

  await mine.membership.add([cat.uid]);
  await soon(list, ({ chats }) => chats[0]?.chatId === chatId && chats[0].title === 'Hikers' && chats[0].unread === 0);
  const [push] = await pushesTo(cat, 1);
  assert.deepEqual(push?.notification, { title: 'Hikers', body: 'Ann added you' });
  await soon(theirs.messages, () => told(theirs).some(([event, who]) => event === 'joined' && who === cat.uid));

  const refusal = await refused(theirs.membership.update({ title: 'Climbers' }), 'notAllowed');
  assert.match(refusal.message, /^Could not change the chat: .*you are member\. Ask an owner or admin/);
  await mine.membership.setRole(bob.uid, 'admin');
  await theirs.membership.update({ title: 'Climbers', topic: 'Up' });
  await soon(list, ({ chats }) => chats[0]?.title === 'Climbers');
  await soon(mine.messages, () => told(mine).some(([event, title]) => event === 'renamed' && title === 'Climbers'));
  await soon(mine.details(), (chat) => chat?.topic === 'Up');

  await theirs.membership.remove(cat.uid);
  await soon(list, ({ chats }) => chats.length === 0);
  const outside = cat.parley.chat(chatId);
  await refused(outside.ready(), 'notAMember');
  await refused(outside.posting.send({ body: 'Let me in' }).sent, 'notAMember');

  await mine.membership.leave();
  await soon(theirs.messages, () => told(theirs).some(([event]) => event === 'left'));
  const roles = theirs.members();
  await soon(roles, ({ items }) => items.length === 1 && items[0]?.memberId === bob.uid && items[0].role === 'owner');
  await refused(theirs.membership.setRole(bob.uid, 'member'), 'lastOwner');
  assert.deepEqual(
    told(theirs).filter(([event]) => event !== 'created'),
    [
      ['joined', cat.uid],
      ['role', bob.uid],
      ['renamed', 'Climbers'],
      ['removed', cat.uid],
      ['left', ann.uid],
      ['role', bob.uid],
    ],
  );
  for (const each of [mine, theirs, outside, list, members]) each.close();
});

test('a message in a group reaches every member, and mentions those whom it names', async () => {
  const [ann, bob, cat] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob'), somebodyWithPhone('Cat')]);
  const chatId = await group(ann, bob, cat);
  const [mine, theirs, list] = [ann.parley.chat(chatId), bob.parley.chat(chatId), cat.parley.chats()];
  await ready(mine, theirs);
  await live(list);
  await bob.parley.devices.mute(chatId);

  await mine.posting.send({ body: 'Who comes?' }).sent;
  await soon(list, ({ chats }) => chats[0]?.unread === 1 && chats[0].lastMessage?.preview === 'Who comes?');
  await pushesTo(cat, 1);
  const { id, sent } = mine.posting.send({ body: 'You, Bob?', mentions: [bob.uid] });
  await sent;

  const { messages } = await soon(theirs.messages, (shown) => shown.messages.some((each) => each.id === id));
  assert.deepEqual(messages.at(-1)?.mentions, [bob.uid]);
  const pushed = await pushesTo(bob, 1);
  assert.deepEqual(
    pushed.map(({ notification }) => notification),
    [{ title: 'Hikers', body: 'Ann: You, Bob?' }],
  );
  assert.equal(pushed[0]?.data.messageId, id);
  for (const each of [mine, theirs, list]) each.close();
});

test('a large group is listed by what stands in the chat, and unread is counted since one joined', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob')]);
  const crowd = await crowdOf(ann, 100);
  const { chatId } = await ann.parley.open.group({ title: 'Town', userIds: [...crowd, bob.uid] });
  const [mine, list] = [ann.parley.chat(chatId), bob.parley.chats()];
  await ready(mine);
  await live(list);
  await soon(list, ({ chats }) => chats[0]?.large === true && chats[0].unread === 0);

  await mine.posting.send({ body: 'Hear, hear' }).sent;
  await soon(list, ({ chats }) => chats[0]?.lastMessage?.preview === 'Hear, hear' && chats[0].unread === 1);
  const [push] = await pushesTo(bob, 1);
  assert.equal(push?.notification.title, 'Town');
  await mine.membership.update({ title: 'City' });
  await soon(list, ({ chats }) => chats[0]?.title === 'City');

  const theirs = bob.parley.chat(chatId);
  await ready(theirs);
  await readAll(theirs);
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  for (const each of [mine, theirs, list]) each.close();
});

test('in a large group nobody has to read what the system tells or what they said themselves', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const crowd = await crowdOf(ann, 115);
  const { chatId } = await ann.parley.open.group({ title: 'Town', userIds: [...crowd.slice(0, 110), bob.uid] });
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const [list, theirList] = [ann.parley.chats(), bob.parley.chats()];
  await ready(mine, theirs);
  await Promise.all([live(list), live(theirList)]);
  const unread = (hers: number, his: number, last: string): Promise<unknown> =>
    Promise.all([
      soon(list, ({ chats: [row] }) => row?.unread === hers && row.lastMessage?.preview === last),
      soon(theirList, ({ chats: [row] }) => row?.unread === his && row.lastMessage?.preview === last),
    ]);

  await mine.membership.add(crowd.slice(110));
  await mine.membership.update({ title: 'City' });
  await theirs.posting.send({ body: 'A fine name' }).sent;
  await unread(1, 0, 'A fine name');
  await theirs.posting.send({ body: 'Is it not?' }).sent;
  await unread(2, 0, 'Is it not?');

  const tablet = new Parley(ann);
  const onTablet = tablet.chats();
  await soon(onTablet, ({ chats: [row] }) => row?.unread === 2);
  assert.deepEqual(
    tablet.usage,
    { reads: 5, writes: 0, calls: 0 },
    'the row; the chat, the receipt, the member, the count',
  );
  await theirs.posting.send({ body: 'I like it' }).sent;
  await soon(onTablet, ({ chats: [row] }) => row?.unread === 3);
  assert.equal(tablet.usage.reads, 7, 'the chat and the count');
  for (const each of [mine, theirs, list, theirList, onTablet]) each.close();
});

test('whoever comes back to a large group is not shown what was said while they were away', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const crowd = await crowdOf(ann, 100);
  const { chatId } = await ann.parley.open.group({ title: 'Town', userIds: [...crowd, bob.uid] });
  const [mine, theirs, list] = [ann.parley.chat(chatId), bob.parley.chat(chatId), bob.parley.chats()];
  await ready(mine, theirs);
  await live(list);
  await mine.posting.send({ body: 'Before' }).sent;
  await soon(theirs.messages, () => bodies(theirs).includes('Before'));
  await readAll(theirs);
  theirs.close();

  await mine.membership.remove(bob.uid);
  await soon(list, ({ chats }) => chats.length === 0);
  await mine.posting.send({ body: 'While he was away' }).sent;
  const { invited } = await mine.membership.add([bob.uid]);
  assert.deepEqual(invited, [bob.uid], 'whoever was removed is asked');
  await bob.parley.chat(chatId).membership.accept();
  await mine.posting.send({ body: 'After' }).sent;

  await soon(list, ({ chats }) => chats[0]?.lastMessage?.preview === 'After' && chats[0].unread === 1);
  for (const each of [mine, list]) each.close();
});

test('a group is found again by its unique name, by its creator alone', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const asked = { title: 'Hikers', userIds: [], uniqueName: `hikers-${ann.uid}` };

  const [first, again] = [await ann.parley.open.group(asked), await ann.parley.open.group(asked)];

  assert.deepEqual(again, { chatId: first.chatId, created: false, added: [], invited: [] });
  const his = await bob.parley.open.group(asked);
  assert.notEqual(his.chatId, first.chatId);
  assert.equal(his.created, true);
});

test('who joins a group that keeps its history sees what is said from then on, page by page', async () => {
  const [ann, bob, cat] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Cat')]);
  // They know each other, so they are added at once.
  for (const { uid } of [bob, cat]) await ann.parley.open.direct(uid);
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: [bob.uid], historyFor: 'sinceJoined' });
  const mine = ann.parley.chat(chatId);
  await ready(mine);
  await mine.posting.send({ body: 'before' }).sent;
  await mine.membership.add([cat.uid]);
  for (const body of ['one', 'two', 'three']) await mine.posting.send({ body }).sent;

  const theirs = cat.parley.chat(chatId, { pageSize: 2 });
  await ready(theirs);
  assert.deepEqual(bodies(theirs), ['two', 'three']);
  while (theirs.messages.value?.hasOlder) await theirs.messages.older();
  assert.deepEqual(bodies(theirs), [undefined, 'one', 'two', 'three'], 'the joining is the first');
  const before = mine.messages.value?.messages.find(({ body }) => body === 'before');
  assert.equal(await theirs.messages.find(before?.id ?? ''), undefined);
  await refused(theirs.posting.react(before?.id ?? '', '👍'), 'unknownMessage');
  await refused(theirs.report(before?.id ?? '', 'spam'), 'unknownMessage');

  await mine.membership.update({ historyFor: 'members' });
  const again = cat.parley.chat(chatId);
  await ready(again);
  assert.deepEqual(bodies(again), [undefined, 'one', 'two', 'three'], 'a change concerns those who join after it');
  for (const session of [mine, theirs, again]) session.close();
});

test('a stranger is invited, reads on, hears nothing, and is a member once they accept', async () => {
  const [ann, vic] = await Promise.all([somebody('Ann'), somebodyWithPhone('Vic')]);
  await vic.parley.me.introduce({ displayName: 'Vic', whoMayAddMe: 'contacts' });
  const list = vic.parley.chats();
  await live(list);

  const { chatId, added, invited } = await ann.parley.open.group({ title: 'Hikers', userIds: [vic.uid] });
  assert.deepEqual([added, invited], [[], [vic.uid]]);
  await soon(
    list,
    ({ chats }) => chats[0]?.invited === true && chats[0].invitedBy === ann.uid && chats[0].unread === 0,
  );
  const [mine, theirs] = [ann.parley.chat(chatId), vic.parley.chat(chatId)];
  await ready(mine, theirs);
  await mine.posting.send({ body: 'Anybody there?' }).sent;
  await soon(theirs.messages, () => bodies(theirs).includes('Anybody there?'));
  await readAll(theirs);
  await refused(theirs.posting.send({ body: 'Me' }).sent, 'notAMember');

  await theirs.membership.accept();
  await theirs.membership.accept();
  await soon(list, ({ chats }) => chats[0]?.invited === undefined);
  await mine.posting.send({ body: 'Welcome' }).sent;
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  const pushes = await pushesTo(vic, 2);
  assert.deepEqual(
    pushes.map(({ notification }) => notification),
    [
      { title: 'Ann', body: 'invites you to \u201cHikers\u201d' },
      { title: 'Hikers', body: 'Ann: Welcome' },
    ],
  );
  for (const each of [mine, theirs, list]) each.close();
});

test('an invitation that is declined goes, and the next one does not ring', async () => {
  const [ann, vic] = await Promise.all([somebody('Ann'), somebodyWithPhone('Vic')]);
  await vic.parley.me.introduce({ displayName: 'Vic', whoMayAddMe: 'nobody' });
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: [vic.uid] });
  const list = vic.parley.chats();
  await live(list);
  assert.equal(list.value?.chats[0]?.invited, true);

  await vic.parley.chat(chatId).membership.decline();
  await soon(list, ({ chats }) => chats.length === 0);
  const again = await ann.parley.chat(chatId).membership.add([vic.uid]);
  assert.deepEqual(again, { chatId, added: [], invited: [vic.uid] });
  await soon(list, ({ chats }) => chats[0]?.invited === true);
  list.close();
});

test('the guest of an admin is named, and reads nothing from when the admin is removed', async () => {
  const [ann, mal, sid] = await Promise.all([somebody('Ann'), somebody('Mal'), somebody('Sid')]);
  await sid.parley.me.introduce({ displayName: 'Sid', whoMayAddMe: 'nobody' });
  const chatId = await group(ann, mal);
  const mine = ann.parley.chat(chatId);
  await ready(mine);
  await mine.membership.setRole(mal.uid, 'admin');
  await mal.parley.chat(chatId).membership.add([sid.uid]);
  await soon(mine.messages, () => told(mine).some(([event, who]) => event === 'invited' && who === sid.uid));
  const guest = sid.parley.chat(chatId);
  await ready(guest);

  await mine.membership.remove(mal.uid);
  const later = sid.parley.chat(chatId);
  await refused(later.ready(), 'notAMember');
  await refused(later.membership.accept(), 'notAMember');
  for (const each of [mine, guest, later]) each.close();
});
