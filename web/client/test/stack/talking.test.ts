import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { disableNetwork, enableNetwork } from 'firebase/firestore';
import { isRefusal, seenBy } from '../../src/index.js';
import { Connection } from '../../src/connection.js';
import { systemClock } from '../../src/pacing.js';
import { Posting } from '../../src/posting.js';
import type { Echo } from '../../src/thread.js';
import { bodies, directChat, endWorld, live, ready, somebody, soon } from './world.js';

after(endWorld);

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
  const arrived = await soon(theirs.messages, ({ messages }) => messages.some((each) => each.id === id));
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  for (const message of arrived.messages) theirs.receipts.shown(message);
  await theirs.receipts.flush();
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  const message = mine.messages.value?.messages.at(-1);
  assert.ok(message);
  await soon(horizons, (known) => seenBy(known, message).includes(bob.uid));
  for (const each of [mine, theirs, list]) each.close();
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

test('a blocked sender sees the refusal, and may retry once unblocked', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const mine = ann.parley.chat(chatId);
  await ready(mine);
  await bob.parley.blocks.block(ann.uid);

  const { id, sent } = mine.posting.send({ body: 'Hello?' });
  await assert.rejects(sent, isRefusal);
  assert.equal(mine.messages.value?.messages.at(-1)?.state, 'refused');
  assert.equal(await bob.parley.blocks.isBlocked(ann.uid), true);

  await bob.parley.blocks.unblock(ann.uid);
  await mine.posting.retry(id).sent;
  await soon(mine.messages, ({ messages }) => messages.length === 1 && messages[0]?.state === 'sent');
  mine.close();
});

/** Loses the server's answers, and so sends everything twice. */
class LosesAnswers extends Connection {
  override async write(...written: Parameters<Connection['write']>): Promise<void> {
    await super.write(...written);
    await super.write(...written);
  }
}

test('a message that was refused since it is there already counts as sent', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const theirs = bob.parley.chat(chatId);
  await ready(theirs);
  const echoes: (Echo['state'] | 'gone')[] = [];
  const posting = new Posting(
    new LosesAnswers(ann.db, ann.functions, ann.uid, systemClock), chatId, { memberId: ann.uid },
    { echo: ({ state }) => echoes.push(state), forgetEcho: () => echoes.push('gone'), refused: () => undefined },
  );

  await posting.send({ body: 'Once' }).sent;

  assert.deepEqual(echoes, ['sending', 'gone']);
  await soon(theirs.messages, ({ messages }) => messages.length === 1);
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
  await assert.rejects(theirs.posting.edit(id, 'Mine now'), isRefusal);
  await mine.posting.remove(id);
  const { messages } = await soon(theirs.messages, (shown) => Boolean(shown.messages[0]?.deletedAt));
  assert.equal(messages[0]?.body, undefined);
  for (const each of [mine, theirs]) each.close();
});

test('one sees the other type, and stop', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const types = theirs.whoTypes();
  await soon(types, (who) => who.length === 0);

  const before = ann.parley.usage.writes;
  for (let n = 0; n < 20; n += 1) mine.typing.keystroke();
  await soon(types, (who) => who[0] === ann.uid);
  mine.typing.stop();
  await soon(types, (who) => who.length === 0);

  assert.equal(ann.parley.usage.writes - before, 2);
  for (const each of [mine, theirs]) each.close();
});
