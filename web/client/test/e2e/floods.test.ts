import assert from 'node:assert/strict';
import { doc, serverTimestamp, writeBatch } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import type { Member } from '../../../../schema/exported/parley.js';
import { type ChatSession, newId, type ShownMessage } from '../../src/index.js';
import { directChat, endWorld, type Person, ready, refused, somebody, soon } from './world.js';

afterAll(endWorld);

/** A group of people who know one another, so that nobody has to be invited. */
async function group(owner: Person, ...others: Person[]): Promise<string> {
  for (const other of others) await directChat(owner, other);
  return (await owner.parley.open.group({ title: 'Hikers', userIds: others.map(({ uid }) => uid) })).chatId;
}

/** Post in one batch, past the library. */
async function postAtOnce({ db, uid: senderId }: Person, chatId: string, count: number): Promise<void> {
  const batch = writeBatch(db);
  for (let shard = 0; shard < count; shard += 1) {
    const [messageId, createdAt] = [newId(), serverTimestamp()];
    batch.set(doc(db, `chatMessages/${chatId}/messages/${messageId}`), { senderId, body: 'Buy now!', createdAt });
    batch.set(doc(db, `messageQueue/${chatId}:${messageId}`), { chatId, messageId, senderId, createdAt, shard });
  }
  await batch.commit();
}

function said(session: ChatSession): ShownMessage[] {
  return (session.messages.value?.messages ?? []).filter(({ senderId }) => senderId !== 'system');
}

function lines(session: ChatSession): ShownMessage[] {
  return (session.messages.value?.messages ?? []).filter(({ event }) => event === 'muted');
}

test('six posts at once mute their sender for a minute, which everybody in the chat is told', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const list = bob.parley.chats();
  await ready(mine, theirs);

  await postAtOnce(ann, chatId, 6);
  await soon(theirs.messages, () => lines(theirs).length === 1 && said(theirs).length === 6);

  const [line] = lines(theirs);
  assert.equal(line?.target, ann.uid);
  const members = await soon(theirs.members(), ({ items }) => items.some((each) => each.mutedUntil));
  const member = members.items.find(({ memberId }) => memberId === ann.uid) as Member;
  assert.equal(Math.floor(member.mutedUntil?.toMillis() ?? 0), Date.parse(line?.value ?? ''));
  await soon(list, ({ chats }) => chats[0]?.unread === 6 && chats[0].lastMessage?.senderId === 'system');
  await refused(mine.posting.send({ body: 'And this' }).sent, 'mutedInChat');
  await theirs.posting.send({ body: 'Please stop' }).sent;
  for (const each of [mine, theirs, list]) each.close();
});

test('twelve messages sent at once through the library all arrive, and mute nobody', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  await ready(mine, theirs);

  const sent = Array.from({ length: 12 }, (_, n) => mine.posting.send({ body: `${n}` }).sent);
  await Promise.all(sent);
  await soon(theirs.messages, () => said(theirs).length === 12);

  assert.deepEqual(
    said(theirs).map(({ body }) => body),
    Array.from({ length: 12 }, (_, n) => `${n}`),
  );
  await mine.posting.send({ body: 'Still heard' }).sent;
  assert.deepEqual(lines(theirs), []);
  for (const each of [mine, theirs]) each.close();
});

test('in slow mode a member waits after each message, its owner does not, and 0 ends it', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await group(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  await ready(mine, theirs);
  await mine.membership.update({ slowModeSeconds: 600 });
  await soon(theirs.details(), (chat) => chat?.slowModeSeconds === 600);

  for (const body of ['One', 'Two']) await mine.posting.send({ body }).sent;
  const { id, sent } = theirs.posting.send({ body: 'Hello' });
  await sent;
  const message = await soon(theirs.messages, () =>
    said(theirs).some((each) => each.id === id && each.state === 'sent'),
  );
  const createdAt = message.messages.find((each) => each.id === id)?.createdAt?.toMillis() ?? 0;
  const members = await soon(theirs.members(), ({ items }) => items.some((each) => each.mutedUntil));
  const muted = members.items.filter((each) => each.mutedUntil);
  assert.deepEqual(
    muted.map(({ memberId, mutedUntil }) => [memberId, Math.round(mutedUntil?.toMillis() ?? 0)]),
    [[bob.uid, Math.round(createdAt) + 600_000]],
  );
  await refused(theirs.posting.send({ body: 'Again' }).sent, 'mutedInChat');

  await mine.membership.update({ slowModeSeconds: 0 });
  await soon(theirs.details(), (chat) => chat?.slowModeSeconds === 0);
  for (const each of [mine, theirs]) each.close();
});
