import assert from 'node:assert/strict';
import { disableNetwork, enableNetwork } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { Connection } from '../../src/connection.js';
import { attachmentPath, type ChatSession, seenBy } from '../../src/index.js';
import { systemClock } from '../../src/pacing.js';
import { Posting } from '../../src/posting.js';
import type { Echo } from '../../src/thread.js';
import {
  bodies,
  directChat,
  elsewhere,
  endWorld,
  live,
  pushesTo,
  put,
  readAll,
  ready,
  refused,
  somebody,
  somebodyWithPhone,
  soon,
} from './world.js';

afterAll(endWorld);

test('two people who open their chat at once have one chat', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);

  const opened = await Promise.all([ann.parley.open.direct(bob.uid), bob.parley.open.direct(ann.uid)]);

  assert.equal(opened[0].chatId, opened[1].chatId);
  assert.equal(opened.filter(({ created }) => created).length, 1);
});

test('a message is shown at once, arrives, counts as unread, and is seen', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const [list, horizons] = [bob.parley.chats(), mine.horizons()];
  await ready(mine, theirs);
  await live(list);
  await soon(horizons, (known) => known.size === 0);

  const { id, sent } = mine.posting.send({ body: 'Hello' });
  assert.equal(mine.messages.value?.messages.at(-1)?.state, 'sending');
  await sent;

  await soon(mine.messages, ({ messages }) => messages.at(-1)?.state === 'sent');
  await soon(theirs.messages, ({ messages }) => messages.some((each) => each.id === id));
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  await readAll(theirs);
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  const message = mine.messages.value?.messages.at(-1);
  assert.ok(message);
  await soon(horizons, (known) => seenBy(known, message).includes(bob.uid));
  for (const each of [mine, theirs, list]) each.close();
});

test("one's own devices agree: on what was said, and on what was read", async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const tablet = await elsewhere(bob);
  const chatId = await directChat(ann, bob);
  const [mine, onPhone, onTablet] = [ann, bob, tablet].map(({ parley }) => parley.chat(chatId)) as [
    ChatSession,
    ChatSession,
    ChatSession,
  ];
  const [phoneList, tabletList] = [bob.parley.chats(), tablet.parley.chats()];
  await ready(mine, onPhone, onTablet);
  await Promise.all([live(phoneList), live(tabletList)]);
  const unread = (list: typeof phoneList, count: number) => soon(list, ({ chats }) => chats[0]?.unread === count);

  await mine.posting.send({ body: 'Hello' }).sent;
  await Promise.all([unread(phoneList, 1), unread(tabletList, 1)]);
  await soon(onPhone.messages, ({ messages }) => messages.length === 1);
  await readAll(onPhone);
  await Promise.all([unread(phoneList, 0), unread(tabletList, 0)]);

  await onPhone.posting.send({ body: 'Hi' }).sent;
  await soon(tabletList, ({ chats }) => chats[0]?.lastMessage?.preview === 'Hi' && chats[0].unread === 0);
  await soon(onTablet.messages, ({ messages }) => messages.length === 2);
  assert.deepEqual(
    onTablet.messages.value?.messages.map(({ senderId }) => senderId),
    [ann.uid, bob.uid],
  );
  const horizons = mine.horizons();
  await readAll(onTablet);
  const [first] = onTablet.messages.value?.messages ?? [];
  await soon(horizons, (known) => seenBy(known, first ?? assert.fail()).includes(bob.uid));
  for (const each of [mine, onPhone, onTablet, phoneList, tabletList]) each.close();
});

test('what is sent offline waits in its place and arrives once', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  await ready(mine, theirs);

  await disableNetwork(ann.db);
  const posted = ['one', 'two', 'three'].map((body) => mine.posting.send({ body }));
  assert.deepEqual(bodies(mine), ['one', 'two', 'three']);
  assert.ok(mine.messages.value?.messages.every(({ state }) => state === 'sending'));
  await enableNetwork(ann.db);
  await Promise.all(posted.map(({ sent }) => sent));

  await soon(theirs.messages, ({ messages }) => messages.length === 3);
  assert.deepEqual(bodies(theirs), ['one', 'two', 'three']);
  for (const each of [mine, theirs]) each.close();
});

/** Loses the server's answers, and so sends everything twice. */
class LosesAnswers extends Connection {
  override async write(...written: Parameters<Connection['write']>): Promise<void> {
    await super.write(...written);
    await super.write(...written);
  }
}

test('what is refused since it is done already counts as done: a message, and its deletion', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const theirs = bob.parley.chat(chatId);
  await ready(theirs);
  const echoes: (Echo['state'] | 'gone')[] = [];
  const posting = new Posting(
    new LosesAnswers(ann.db, ann.functions, ann.uid, systemClock),
    chatId,
    { memberId: ann.uid },
    { echo: ({ state }) => echoes.push(state), forgetEcho: () => echoes.push('gone'), refused: () => undefined },
  );

  const { id, sent } = posting.send({ body: 'Once' });
  await sent;

  assert.deepEqual(echoes, ['sending', 'gone']);
  await soon(theirs.messages, ({ messages }) => messages.length === 1);
  await posting.remove(id);
  await soon(theirs.messages, ({ messages }) => messages[0]?.deletedAt !== undefined);
  theirs.close();
});

test('a message is edited, reacted to and deleted, and everybody sees it', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  await ready(mine, theirs);
  const { id, sent } = mine.posting.send({ body: 'Helo' });
  await sent;

  await mine.posting.edit(id, 'Hello');
  await soon(theirs.messages, ({ messages }) => messages[0]?.body === 'Hello' && Boolean(messages[0].editedAt));
  const reactions = mine.reactions(id);
  await soon(reactions, (known) => known.size === 0);
  await theirs.posting.react(id, '👍');
  await soon(reactions, (known) => known.get(bob.uid)?.emoji === '👍');
  await theirs.posting.react(id, null);
  await soon(reactions, (known) => known.size === 0);
  await mine.posting.remove(id);
  const { messages } = await soon(theirs.messages, (shown) => Boolean(shown.messages[0]?.deletedAt));
  assert.equal(messages[0]?.body, undefined);
  for (const each of [mine, theirs]) each.close();
});

test('a reply, its attachments and what an app adds to them arrive as they were sent', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebodyWithPhone('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs, list] = [ann.parley.chat(chatId), bob.parley.chat(chatId), bob.parley.chats()];
  await ready(mine, theirs);
  await live(list);
  const question = theirs.posting.send({ body: 'Which one?' });
  await question.sent;
  const path = attachmentPath(chatId, ann.uid, '1.png');
  const attachments = [{ path, contentType: 'image/png', size: 4_096, name: 'this one.png' }];
  const attributes = JSON.stringify({ color: 'red' });

  const { id, sent } = mine.posting.send({ attachments, replyTo: question.id, attributes });
  await sent;

  const { messages } = await soon(theirs.messages, (shown) => shown.messages.some((each) => each.id === id));
  const answer = messages.at(-1);
  assert.deepEqual([answer?.attachments, answer?.replyTo, answer?.attributes], [attachments, question.id, attributes]);
  await soon(list, ({ chats }) => chats[0]?.lastMessage?.preview === '1 attachment');
  const [push] = await pushesTo(bob, 1);
  assert.equal(push?.notification.body, '1 attachment');

  // The message that a reply names may stand on a page that nobody has loaded.
  const elsewhere = bob.parley.chat(chatId, { pageSize: 1 });
  await ready(elsewhere);
  const before = bob.parley.usage.reads;
  const quoted = [await elsewhere.messages.find(question.id), await elsewhere.messages.find(question.id)];
  assert.deepEqual(
    quoted.map((each) => each?.body),
    ['Which one?', 'Which one?'],
  );
  assert.equal(bob.parley.usage.reads - before, 1);
  assert.equal((await elsewhere.messages.find(id))?.replyTo, question.id);
  assert.equal(await elsewhere.messages.find('nothing'), undefined);
  for (const each of [mine, theirs, elsewhere, list]) each.close();
});

test('what is refused to be changed says why', async () => {
  const [ann, bob, eve] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Eve')]);
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: [bob.uid] });
  const [mine, theirs, outside] = [ann.parley.chat(chatId), bob.parley.chat(chatId), eve.parley.chat(chatId)];
  await ready(mine, theirs);
  const { id, sent } = mine.posting.send({ body: 'Hello' });
  await sent;
  const { id: theirId, sent: theirSent } = theirs.posting.send({ body: 'Hi' });
  await theirSent;

  await refused(theirs.posting.edit(id, 'Mine now'), 'notTheSender');
  await refused(theirs.posting.remove(id), 'notAllowed');
  await refused(outside.posting.react(id, '👍'), 'notAMember');
  await refused(theirs.posting.react('nothing', '👍'), 'unknownMessage');
  await refused(theirs.posting.edit('nothing', 'x'), 'unknownMessage');
  await refused(theirs.posting.edit(theirId, ''), 'invalidArgument');
  assert.throws(
    () => mine.posting.send({ body: 'x'.repeat(10_001) }),
    /^ParleyError: Could not send a message: body: too long, got 10001 \(limit: 10000\)\. Correct/,
  );
  assert.throws(() => mine.posting.retry(id), /no message .* was refused/);

  await mine.posting.remove(theirId);
  await refused(theirs.posting.edit(theirId, 'Still here'), 'deletedMessage');
  await refused(eve.parley.chats().flag(chatId, { pinned: true }), 'notListed');
  for (const each of [mine, theirs, outside]) each.close();
});

test('whoever may not write, or is muted, is told so, and until when', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const { chatId } = await ann.parley.open.group({ title: 'Hikers', userIds: [bob.uid] });
  const theirs = bob.parley.chat(chatId);
  await ready(theirs);
  const member = { role: 'member', joinedAt: new Date() };
  const until = new Date(Date.now() + 3_600_000);

  await put({ [`chats/${chatId}/members/${bob.uid}`]: { ...member, mutedUntil: until } });
  const muted = await refused(theirs.posting.send({ body: 'Hm' }).sent, 'mutedInChat');
  assert.ok(muted.why.endsWith(until.toISOString()));
  await put({ [`chats/${chatId}/members/${bob.uid}`]: { ...member, canPost: false } });
  await refused(theirs.posting.send({ body: 'Hm' }).sent, 'mayNotPost');
  await refused(bob.parley.chat(`${bob.uid}:zoe`).posting.send({ body: 'Hm' }).sent, 'unknownChat');

  const refusedOnes = theirs.messages.value?.messages.filter(({ state }) => state === 'refused') ?? [];
  assert.deepEqual(
    refusedOnes.map(({ error }) => error?.reason),
    ['mutedInChat', 'mayNotPost'],
  );
  for (const { id } of refusedOnes) theirs.posting.discard(id);
  assert.equal(
    theirs.messages.value?.messages.some(({ state }) => state === 'refused'),
    false,
  );
  theirs.close();
});
